import type { EsperaHttp } from '@plataforma/contracts';
import { PAGINAS } from '@plataforma/contracts/paginas';
import {
  Botao,
  classeDeBotao,
  consultas,
  data,
  Etiqueta,
  Falha,
  fusoDaqui,
  hora,
  periodo,
  useEnvio,
  useIdioma,
} from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { api } from '../api.js';
import { useTextos } from '../textos/index.js';
import estilo from './telas.module.css';

/** What one waits for, and what was offered: that is held, until its own deadline. */
export function Fila() {
  const t = useTextos();
  const {
    data: esperas,
    error,
    refetch,
  } = useQuery({
    queryKey: ['fila'],
    queryFn: async () => (await api('GET /v1/fila')).body.itens,
    staleTime: 5_000,
  });
  if (!esperas)
    return error ? <Falha erro={error} deNovo={() => void refetch()} /> : <p role="status">{t('fila.carregando')}</p>;
  return (
    <div className={estilo['coluna']}>
      <h1>{t('titulos.fila')}</h1>
      {esperas.length === 0 && (
        <>
          <p>{t('fila.nenhuma')}</p>
          <div>
            <Link to={PAGINAS.inicio} className={classeDeBotao()}>
              {t('naoEncontrada.voltar')}
            </Link>
          </div>
        </>
      )}
      {esperas.map((espera) => (
        <Espera key={espera.id} espera={espera} />
      ))}
    </div>
  );
}

/** One of them: where a letter leads. */
export function NaFila() {
  const t = useTextos();
  const { id } = useParams({ from: '/fila/$id' });
  const {
    data: espera,
    error,
    refetch,
  } = useQuery({
    queryKey: ['fila', id],
    queryFn: async () => (await api('GET /v1/fila/:id', { parametros: { id } })).body,
    staleTime: 5_000,
  });
  if (!espera)
    return error ? <Falha erro={error} deNovo={() => void refetch()} /> : <p role="status">{t('fila.carregando')}</p>;
  return (
    <div className={estilo['coluna']}>
      <h1>{t('titulos.fila')}</h1>
      <Espera espera={espera} />
      <p>
        <Link to={PAGINAS.fila}>{t('fila.todas')}</Link>
      </p>
    </div>
  );
}

const TONS = {
  ESPERANDO: 'suave',
  OFERTADA: 'retido',
  ATENDIDA: 'livre',
  EXPIRADA: 'perigo',
  DESISTIU: 'suave',
  ENCERRADA: 'suave',
} as const;

function Espera({ espera }: { espera: EsperaHttp }) {
  const t = useTextos();
  const idioma = useIdioma();
  const { id, espaco, busca, inicio, fim, situacao, reservaId, expiraEm } = espera;
  const fuso = espaco?.fuso ?? fusoDaqui();
  const nome = espaco?.nome ?? t('fila.qualquer', { cidade: busca?.cidade ?? '' });
  const sair = useEnvio(
    () => api('DELETE /v1/fila/:id', { parametros: { id } }),
    () => consultas.invalidateQueries({ queryKey: ['fila'] }),
  );
  return (
    <section className={estilo['folha']}>
      <div className={estilo['linha']}>
        <h2>{nome}</h2>
        <Etiqueta tom={TONS[situacao]}>{t(`fila.situacoes.${situacao}`)}</Etiqueta>
      </div>
      <p>{periodo(inicio, fim, fuso, idioma)}</p>
      <p className={estilo['suave']}>{t(`fila.oQueE.${situacao}`)}</p>
      {sair.falha !== undefined && <Falha erro={sair.falha} />}
      <div className={estilo['linha']}>
        {situacao === 'OFERTADA' && reservaId !== null && (
          <>
            <Link to="/reservas/$id/pagar" params={{ id: reservaId }} className={classeDeBotao()}>
              {t('fila.aceitar')}
            </Link>
            {expiraEm !== null && (
              <span>
                {t('fila.ate', { quando: `${data(expiraEm, fuso, idioma)}, ${hora(expiraEm, fuso, idioma)}` })}
              </span>
            )}
          </>
        )}
        {situacao === 'ATENDIDA' && reservaId !== null && (
          <Link to="/reservas/$id" params={{ id: reservaId }} className={classeDeBotao('secundario')}>
            {t('pagar.verReserva')}
          </Link>
        )}
        {(situacao === 'ESPERANDO' || situacao === 'OFERTADA') && (
          <Botao forma="secundario" ocupado={sair.ocupado} onClick={() => sair.enviar(undefined)}>
            {t('fila.sair')}
          </Botao>
        )}
      </div>
    </section>
  );
}
