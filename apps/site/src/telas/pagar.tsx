import { lazy, Suspense, useEffect, useState } from 'react';
import type { PagamentoHttp, ReservaHttp } from '@plataforma/contracts';
import { Aviso, classeDeBotao, data, dinheiro, hora, periodo, useIdioma, Falha } from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { api } from '../api.js';
import { ContagemDaRetencao } from '../componentes/contagem.js';
import { MaisTempo } from '../componentes/mais-tempo.js';
import { lembrarEnvio } from '../enviados.js';
import { useReserva } from '../reservas.js';
import { useTextos } from '../textos/index.js';
import estilo from './telas.module.css';

const CaixaDoEmulador = lazy(() => import('../componentes/caixa-do-emulador.js'));
const CaixaDaStripe = lazy(() => import('../componentes/caixa-da-stripe.js'));

/** What is paid now, and how. The charge is opened a moment after the booking; nothing is asked for twice. */
export function Pagar() {
  const t = useTextos();
  const { id } = useParams({ from: '/reservas/$id/pagar' });
  const navegar = useNavigate();
  const { data: completa, error, refetch } = useReserva(id);
  // A Pix has a deadline of its own, which the hold follows: one of the two is shown, and never both.
  const [pixAberto, setPixAberto] = useState(false);
  const aPagar = completa && cobrancaAberta(completa.reserva, completa.pagamento);
  const acabou = completa !== undefined && !aPagar && !esperaCobranca(completa.reserva, completa.pagamento);
  useEffect(() => {
    if (acabou) void navegar({ to: '/reservas/$id', params: { id }, replace: true });
  }, [acabou, id, navegar]);
  if (!completa)
    return error ? (
      <Falha erro={error} deNovo={() => void refetch()} />
    ) : (
      <p role="status">{t('reserva.carregando')}</p>
    );
  const { reserva, pagamento, faltando } = completa;
  return (
    <div className={estilo['coluna']}>
      <h1>{t('pagar.titulo')}</h1>
      <Resumo {...{ reserva, pagamento }} />
      {!pixAberto && <Prazo reserva={reserva} reler={() => void refetch()} />}
      {aPagar && !pixAberto && reserva.prorrogavel && <MaisTempo reserva={reserva} aoTer={refetch} />}
      {reserva.conferindoPagamento && <Aviso tom="espera" titulo={t('pagar.conferindo')} />}
      {aPagar ? (
        <Caixas reserva={reserva} pagamento={aPagar} aoAbrirPix={setPixAberto} />
      ) : (
        <Aviso tom="espera">
          <p>{t(faltando.includes('pagamento') ? 'pagar.semPagamentos' : 'pagar.abrindo')}</p>
        </Aviso>
      )}
      <p>
        <Link to="/reservas/$id" params={{ id }} className={classeDeBotao('leve')}>
          {t('pagar.verReserva')}
        </Link>
      </p>
    </div>
  );
}

const deveAlgo = ({ status, saldo, remarcacao }: ReservaHttp): boolean =>
  status === 'PENDENTE_PAGAMENTO' || (status === 'CONFIRMADA' && (saldo !== null || remarcacao !== null));
const cobrancaAberta = (reserva: ReservaHttp, pagamento: PagamentoHttp | null): PagamentoHttp | undefined =>
  deveAlgo(reserva) && pagamento?.status === 'PENDENTE' && pagamento.provedor?.clientSecret != null
    ? pagamento
    : undefined;
const esperaCobranca = (reserva: ReservaHttp, pagamento: PagamentoHttp | null): boolean =>
  deveAlgo(reserva) &&
  (reserva.status === 'PENDENTE_PAGAMENTO' || reserva.remarcacao !== null || pagamento?.status === 'PENDENTE');

function Resumo({ reserva, pagamento }: { reserva: ReservaHttp; pagamento: PagamentoHttp | null }) {
  const t = useTextos();
  const idioma = useIdioma();
  // What a difference is paid for is the time that the booking is moved to.
  const novo = reserva.remarcacao;
  const valor = pagamento?.status === 'PENDENTE' ? pagamento.valorCentavos : reserva.valorCentavos;
  return (
    <dl className={estilo['pares']}>
      <div>
        <dt>{t('conferir.espaco')}</dt>
        <dd>{reserva.espaco.nome}</dd>
      </div>
      <div>
        <dt>{t('conferir.quando')}</dt>
        <dd>
          {novo && (
            <s className={estilo['suave']}>
              <span className="so-para-ouvir">{t('pagar.antes')} </span>
              {periodo(reserva.inicio, reserva.fim, reserva.fuso, idioma)}
              <br />
            </s>
          )}
          {periodo((novo ?? reserva).inicio, (novo ?? reserva).fim, reserva.fuso, idioma)}
        </dd>
      </div>
      <div>
        <dt>{t('pagar.agora')}</dt>
        <dd className={estilo['total']}>{dinheiro(valor, idioma)}</dd>
      </div>
    </dl>
  );
}

/** Until when it can be paid: the hold's end, that of both times while a difference waits, or that of what remains. */
function Prazo({
  reserva: { status, expiraEm, conferindoPagamento, remarcacao, saldo, fuso },
  reler,
}: {
  reserva: ReservaHttp;
  reler: () => void;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  // What is said while that is found out, another says.
  if (conferindoPagamento) return null;
  if (status === 'PENDENTE_PAGAMENTO')
    return <ContagemDaRetencao ateMs={Date.parse(expiraEm)} aoFim={t('pagar.aoFim')} aoAcabar={reler} />;
  if (remarcacao)
    return (
      <ContagemDaRetencao
        ateMs={Date.parse(remarcacao.expiraEm)}
        rotulo={t('pagar.retidos')}
        aoFim={t('pagar.aoFimDaMudanca')}
        aoAcabar={reler}
      />
    );
  if (!saldo) return null;
  return (
    <p>
      {t('pagar.saldoAte', { quando: `${data(saldo.venceEm, fuso, idioma)}, ${hora(saldo.venceEm, fuso, idioma)}` })}
    </p>
  );
}

function Caixas({
  reserva,
  pagamento,
  aoAbrirPix,
}: {
  reserva: ReservaHttp;
  pagamento: PagamentoHttp;
  aoAbrirPix: (aberto: boolean) => void;
}) {
  const t = useTextos();
  const configuracao = useQuery({
    queryKey: ['configuracao'],
    queryFn: async () => (await api('GET /v1/configuracao')).body.pagamento,
    staleTime: Infinity,
  });
  const [abertura] = useState(() => t('pagar.abrindo'));
  const { paymentIntentId, clientSecret } = pagamento.provedor ?? {};
  if (configuracao.error) return <Falha erro={configuracao.error} deNovo={() => void configuracao.refetch()} />;
  if (!configuracao.data || paymentIntentId === undefined || clientSecret == null) return null;
  const { apiBase, chavePublicavel } = configuracao.data;
  if (chavePublicavel === null) return <Aviso tom="perigo" titulo={t('pagar.semChave')} />;
  const cobranca = { paymentIntentId, clientSecret };
  const aoEnviar = (): void => lembrarEnvio(paymentIntentId, pagamento.ultimaRecusa);
  const volta = new URL(`/reservas/${reserva.id}/pagar`, location.origin).href;
  return (
    <Suspense fallback={<p role="status">{abertura}</p>}>
      {apiBase === null ? (
        <CaixaDaStripe {...{ chavePublicavel, cobranca, volta, aoEnviar }} />
      ) : (
        <CaixaDoEmulador
          caixa={{ apiBase, chave: chavePublicavel }}
          metodos={pagamento.metodos}
          {...{ cobranca, volta, aoAbrirPix, aoEnviar }}
        />
      )}
    </Suspense>
  );
}
