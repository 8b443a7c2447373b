import { useState } from 'react';
import { PAGINAS } from '@plataforma/contracts/paginas';
import {
  agora,
  Aviso,
  Botao,
  Campo,
  classeDeBotao,
  duracao,
  Falha,
  fusoDaqui,
  mesmaHora,
  minutosDepois,
  passageira,
  periodo as dizerPeriodo,
  useIdioma,
  useUmaVez,
} from '@plataforma/kit';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useLocation, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { api } from '../api.js';
import { PrecoDoPedido } from '../componentes/preco-do-pedido.js';
import { ReguaDeReembolso } from '../componentes/regua-de-reembolso.js';
import { SuaRetencao } from '../componentes/sua-retencao.js';
import { umEspaco } from '../espacos.js';
import { comChave } from '../pedido.js';
import { cotacaoDe, type Pedido, pedidoDe } from '../precos.js';
import { useSessao } from '../sessao.js';
import { useTextos } from '../textos/index.js';
import estilo from './telas.module.css';

const definitiva = (erro: unknown): boolean => erro !== null && !passageira(erro);

const AQUI = '/espacos/$id/conferir';

/** Everything once more, with a way to change each, before the space is held. */
export function Conferir() {
  const t = useTextos();
  const idioma = useIdioma();
  const { id } = useParams({ from: AQUI });
  const { inicio, minutos = 60, pessoas } = useSearch({ from: AQUI });
  const { href } = useLocation();
  const { estado } = useSessao();
  const navegar = useNavigate();
  const consultas = useQueryClient();
  const [cupom, setCupom] = useState<string>();
  const { data: espaco, error, refetch } = useQuery(umEspaco(id));
  const pedido = espaco && inicio !== undefined ? pedidoDe(espaco, inicio, minutos, cupom) : undefined;
  const cotacao = useQuery({
    ...cotacaoDe(pedido ?? { espacoId: id, inicio: '', fim: '' }),
    enabled: pedido !== undefined && estado === 'ABERTA' && Date.parse(pedido.inicio) > agora(),
  });
  const corpo = pedido && { ...pedido, fuso: espaco?.fuso, ...(cotacao.data && { cotacaoId: cotacao.data.id }) };
  const reservar = useUmaVez({
    // Another quote of the same is no other request: a reload, or a look at another window, makes one.
    mutationFn: async (corpo: Pedido & { fuso: string | undefined; cotacaoId?: string }) =>
      (await comChave({ ...corpo, cotacaoId: undefined }, corpo, (dito) => api('POST /v1/reservas', dito))).body,
    onSuccess: (reserva) => {
      void consultas.invalidateQueries({ queryKey: ['livres', id] });
      void navegar({
        to:
          reserva.status === 'PENDENTE_PAGAMENTO'
            ? '/reservas/$id/pagar'
            : (PAGINAS.reserva.replace(':', '$') as '/reservas/$id'),
        params: { id: reserva.id },
        replace: true,
      });
    },
  });
  if (error) return <Falha erro={error} deNovo={() => void refetch()} />;
  if (!espaco) return <p role="status">{t('espaco.carregando')}</p>;
  const voltar = { to: '/espacos/$id', params: { id }, search: { inicio, minutos, pessoas } } as const;
  if (!pedido || inicio === undefined)
    return (
      <div className={estilo['coluna']}>
        <h1>{t('conferir.semPeriodo')}</h1>
        <Link {...voltar}>{t('conferir.escolher')}</Link>
      </div>
    );
  const passou = Date.parse(inicio) <= agora();
  // What was refused for good is refused again, unless something of it has changed.
  const recusado =
    definitiva(cotacao.error) ||
    (definitiva(reservar.error) && JSON.stringify(reservar.variables) === JSON.stringify(corpo));
  const daqui = fusoDaqui();
  const fim = minutosDepois(inicio, minutos);
  return (
    <div className={estilo['coluna']}>
      <h1>{t('conferir.titulo')}</h1>
      <SuaRetencao espacoId={id} />
      {passou && <Aviso tom="perigo" titulo={t('conferir.passou')} />}
      {reservar.error && !passou && <Falha erro={reservar.error} />}
      <dl className={estilo['pares']}>
        <div>
          <dt>{t('conferir.espaco')}</dt>
          <dd>
            {espaco.nome}, {espaco.endereco}, {espaco.cidade}
          </dd>
        </div>
        <div>
          <dt>{t('conferir.quando')}</dt>
          <dd>
            {dizerPeriodo(inicio, fim, espaco.fuso, idioma)} ({duracao(minutos, idioma)})
            {!mesmaHora(inicio, espaco.fuso, daqui) && (
              <span className={estilo['suave']}>
                <br />
                {t('conferir.paraVoce', { quando: dizerPeriodo(inicio, fim, daqui, idioma) })}
              </span>
            )}
            <br />
            <Link {...voltar}>
              {t('conferir.alterar')} <span className="so-para-ouvir">{t('conferir.quando')}</span>
            </Link>
          </dd>
        </div>
        <div>
          <dt>{t('conferir.preco')}</dt>
          <dd>
            {!passou && <PrecoDoPedido {...{ espaco, inicio, minutos, cupom }} />}
            {estado === 'ABERTA' && !passou && <Cupom usado={cupom} usar={setCupom} />}
          </dd>
        </div>
        <div>
          <dt>{t('conferir.cancelamento')}</dt>
          <dd>
            <ReguaDeReembolso politica={espaco.politicaCancelamento} inicio={inicio} fuso={espaco.fuso} />
          </dd>
        </div>
      </dl>
      {passou || recusado ? (
        <div>
          <Link {...voltar} search={{ minutos, pessoas }} className={classeDeBotao()}>
            {t('conferir.escolher')}
          </Link>
        </div>
      ) : estado === 'ABERTA' ? (
        <div className={estilo['pilha']}>
          <p className={estilo['suave']}>
            {t(espaco.requerAprovacao ? 'conferir.comAprovacao' : 'conferir.comRetencao')}
          </p>
          <div>
            <Botao ocupado={reservar.isPending || cotacao.isLoading} onClick={() => corpo && reservar.mutate(corpo)}>
              {t(espaco.requerAprovacao ? 'conferir.pedir' : 'conferir.reservar')}
            </Botao>
          </div>
        </div>
      ) : (
        <Aviso titulo={t('conferir.quemE')}>
          <p>{t('conferir.entrar')}</p>
          <div className={estilo['linha']}>
            <Link to={PAGINAS.entrar} search={{ volta: href }} className={classeDeBotao()}>
              {t('entrar.titulo')}
            </Link>
            <Link to={PAGINAS.cadastro} search={{ volta: href }} className={classeDeBotao('secundario')}>
              {t('cadastro.titulo')}
            </Link>
          </div>
        </Aviso>
      )}
    </div>
  );
}

function Cupom({ usado, usar }: { usado: string | undefined; usar: (cupom: string | undefined) => void }) {
  const t = useTextos();
  const [escrito, setEscrito] = useState('');
  if (usado !== undefined)
    return (
      <p>
        {t('conferir.cupomUsado', { cupom: usado })}{' '}
        <Botao forma="leve" onClick={() => usar(undefined)}>
          {t('conferir.cupomTirar')}
        </Botao>
      </p>
    );
  return (
    <details>
      <summary>{t('conferir.temCupom')}</summary>
      <form
        className={estilo['pilha']}
        onSubmit={(evento) => {
          evento.preventDefault();
          usar(escrito.trim());
        }}
      >
        <Campo
          rotulo={t('conferir.cupom')}
          required
          minLength={3}
          maxLength={40}
          pattern="\s*[A-Za-z0-9_\-]{3,40}\s*"
          autoComplete="off"
          value={escrito}
          onChange={({ target }) => setEscrito(target.value)}
        />
        <div>
          <Botao type="submit" forma="secundario">
            {t('conferir.cupomUsar')}
          </Botao>
        </div>
      </form>
    </details>
  );
}
