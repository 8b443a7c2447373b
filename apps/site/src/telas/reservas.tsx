import type { ReservaHttp } from '@plataforma/contracts';
import { PAGINAS } from '@plataforma/contracts/paginas';
import { agora, Botao, classeDeBotao, dinheiro, Falha, periodo, useIdioma } from '@plataforma/kit';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../api.js';
import { AgendaAssinada } from '../componentes/agenda-assinada.js';
import { guardados } from '../componentes/guardar.js';
import { referencia } from '../reservas.js';
import { useTextos } from '../textos/index.js';
import { Situacao } from './reserva.js';
import estilo from './reservas.module.css';
import comum from './telas.module.css';

/** One's bookings: what is to come by its start, what is over by the latest. */
export function Reservas() {
  const t = useTextos();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['reservas'],
    queryFn: async ({ pageParam }) =>
      (await api('GET /v1/reservas', { consulta: { limite: 50, cursor: pageParam } })).body,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ proximo }) => proximo ?? undefined,
    staleTime: 5_000,
  });
  if (!data)
    return error ? (
      <Falha erro={error} deNovo={() => void refetch()} />
    ) : (
      <p role="status">{t('reservas.carregando')}</p>
    );
  const todas = data.pages.flatMap(({ itens }) => itens);
  const vem = todas.filter(aindaVem).sort((a, b) => Date.parse(a.inicio) - Date.parse(b.inicio));
  const foram = todas.filter((uma) => !aindaVem(uma)).sort((a, b) => Date.parse(b.inicio) - Date.parse(a.inicio));
  return (
    <div className={comum['coluna']}>
      <h1>{t('reservas.titulo')}</h1>
      {todas.length === 0 && (
        <div className={comum['folha']}>
          <p>{t('reservas.nenhuma')}</p>
          <div>
            <Link to={PAGINAS.inicio} className={classeDeBotao()}>
              {t('naoEncontrada.voltar')}
            </Link>
          </div>
        </div>
      )}
      {vem.length > 0 && <Lista titulo={t('reservas.vem')} reservas={vem} />}
      {foram.length > 0 && <Lista titulo={t('reservas.foram')} reservas={foram} />}
      {hasNextPage && (
        <div>
          <Botao forma="secundario" ocupado={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t('busca.mais')}
          </Botao>
        </div>
      )}
      <p>
        <Link to={PAGINAS.fila}>{t('fila.todas')}</Link>
      </p>
      <Guardados />
      <AgendaAssinada />
    </div>
  );
}

function Guardados() {
  const t = useTextos();
  const { data: espacos } = useQuery(guardados);
  if (!espacos || espacos.length === 0) return null;
  return (
    <section className={comum['pilha']}>
      <h2>{t('guardar.titulo')}</h2>
      <ul className={comum['idas']}>
        {espacos.map(({ id, nome, cidade }) => (
          <li key={id}>
            <Link to="/espacos/$id" params={{ id }}>
              {nome}, {cidade}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

const aindaVem = ({ status, fim }: ReservaHttp): boolean =>
  status !== 'CANCELADA' && status !== 'CONCLUIDA' && status !== 'NAO_COMPARECEU' && Date.parse(fim) > agora();

function Lista({ titulo, reservas }: { titulo: string; reservas: readonly ReservaHttp[] }) {
  const t = useTextos();
  const idioma = useIdioma();
  return (
    <section className={comum['pilha']}>
      <h2>{titulo}</h2>
      <ul className={estilo['lista']}>
        {reservas.map((reserva) => (
          <li key={reserva.id} className={estilo['item']}>
            <div className={comum['linha']}>
              <h3>
                <Link to="/reservas/$id" params={{ id: reserva.id }} className={estilo['nome'] ?? ''}>
                  {reserva.espaco.nome}
                </Link>
              </h3>
              <Situacao reserva={reserva} />
            </div>
            <p>{periodo(reserva.inicio, reserva.fim, reserva.fuso, idioma)}</p>
            <p className={comum['suave']}>
              {reserva.espaco.cidade} · {dinheiro(reserva.valorCentavos, idioma)} ·{' '}
              {t('reserva.referencia', { referencia: referencia(reserva.id) })}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
