import { lazy, Suspense } from 'react';
import type { ReservaCompletaHttp, ReservaHttp } from '@plataforma/contracts';
import {
  Aviso,
  Botao,
  classeDeBotao,
  data,
  dinheiro,
  duracao,
  Etiqueta,
  Falha,
  fusoDaqui,
  hora,
  mesmaHora,
  minutosEntre,
  periodo,
  useEnvio,
  useIdioma,
} from '@plataforma/kit';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { api } from '../api.js';
import { entregar, icsDe } from '../calendario.js';
import { ContagemDaRetencao } from '../componentes/contagem.js';
import { Convidados } from '../componentes/convidados.js';
import { MaisTempo } from '../componentes/mais-tempo.js';
import { MudarReserva } from '../componentes/mudar-reserva.js';
import { LinhasDePreco } from '../componentes/linhas-de-preco.js';
import { foiEnviado } from '../enviados.js';
import { referencia, useReserva } from '../reservas.js';
import { useTextos } from '../textos/index.js';
import pagar from './pagar.module.css';
import estilo from './telas.module.css';

const Qr = lazy(async () => ({ default: (await import('../componentes/qr.js')).Qr }));

/** One booking: an address to come back to, what it is now, and what happens next. */
export function Reserva() {
  const t = useTextos();
  const idioma = useIdioma();
  const { id } = useParams({ from: '/reservas/$id' });
  const { data: completa, error, refetch } = useReserva(id);
  if (!completa)
    return error ? (
      <Falha erro={error} deNovo={() => void refetch()} />
    ) : (
      <p role="status">{t('reserva.carregando')}</p>
    );
  const { reserva } = completa;
  const recibosDe = completa.pagamentos.filter(({ status }) => status === 'APROVADO');
  return (
    <div className={estilo['coluna']}>
      <div className={estilo['pilha']}>
        <h1>{reserva.espaco.nome}</h1>
        <p className={estilo['linha']}>
          <Situacao reserva={reserva} />
          <span className={estilo['suave']}>{t('reserva.referencia', { referencia: referencia(reserva.id) })}</span>
        </p>
      </div>
      {error && <Aviso tom="espera" titulo={t('reserva.talvezMudou')} />}
      {reserva.serieId !== null && (
        <p>
          <Link to="/series/$id" params={{ id: reserva.serieId }}>
            {t('serie.fazParte')}
          </Link>
        </p>
      )}
      <OQueVem completa={completa} reler={() => void refetch()} />
      {reserva.checkin && reserva.status === 'CONFIRMADA' && (
        <section className={estilo['folha']}>
          <h2>{t('reserva.codigo')}</h2>
          <Suspense fallback={<div className={pagar['lugarDoQr']} />}>
            <Qr texto={reserva.checkin.codigo} rotulo={t('reserva.codigoQr')} />
          </Suspense>
          <p className={pagar['codigoGrande']}>{reserva.checkin.codigo.replace(/^(.{4})/, '$1-')}</p>
          <p>
            {t(reserva.checkin.exigido ? 'reserva.codigoExigido' : 'reserva.codigoParaQue', {
              minutos: reserva.checkin.toleranciaMinutos,
            })}
          </p>
        </section>
      )}
      <Detalhes reserva={reserva} />
      <div className={estilo['linha']}>
        {reserva.status === 'CONFIRMADA' && (
          <Botao
            forma="leve"
            onClick={() =>
              entregar(
                new Blob([icsDe(reserva, location.href)], { type: 'text/calendar' }),
                `${referencia(reserva.id)}.ics`,
              )
            }
          >
            {t('reserva.noCalendario')}
          </Botao>
        )}
        {recibosDe.map(({ id: pagamento, parcela, valorCentavos }) => (
          <Link
            key={pagamento}
            to="/pagamentos/$id/recibo"
            params={{ id: pagamento }}
            className={classeDeBotao('leve')}
          >
            {recibosDe.length === 1
              ? t('reserva.recibos')
              : t('reserva.recibosDe', { valor: dinheiro(valorCentavos, idioma), parcela })}
          </Link>
        ))}
      </div>
      {reserva.status !== 'CANCELADA' && <Convidados reserva={reserva} />}
      <MudarReserva reserva={reserva} />
      <DeNovo reserva={reserva} />
    </div>
  );
}

/** The same on the next day of the week on which it is free. */
function DeNovo({ reserva: { id, espaco } }: { reserva: ReservaHttp }) {
  const t = useTextos();
  const navegar = useNavigate();
  const { ocupado, falha, feito, enviar } = useEnvio(
    async () => (await api('GET /v1/reservas/:id/repeticao', { parametros: { id } })).body.pedido,
    (pedido) => {
      if (!pedido) return;
      const { inicio, fim } = pedido;
      void navegar({
        to: '/espacos/$id/conferir',
        params: { id: espaco.id },
        search: { inicio, minutos: minutosEntre(inicio, fim) },
      });
    },
  );
  return (
    <div className={estilo['pilha']}>
      {falha !== undefined && <Falha erro={falha} />}
      <div>
        <Botao forma="leve" ocupado={ocupado} onClick={() => enviar(undefined)}>
          {t('reserva.deNovo')}
        </Botao>
      </div>
      <p role="status">{feito && t('reserva.semDeNovo')}</p>
    </div>
  );
}

const TONS = {
  PENDENTE_APROVACAO: 'retido',
  PENDENTE_PAGAMENTO: 'retido',
  CONFIRMADA: 'livre',
  CONCLUIDA: 'suave',
  NAO_COMPARECEU: 'perigo',
  CANCELADA: 'perigo',
} as const;

export function Situacao({ reserva: { status } }: { reserva: ReservaHttp }) {
  const t = useTextos();
  return <Etiqueta tom={TONS[status]}>{t(`status.${status}`)}</Etiqueta>;
}

/** What is the case, in a sentence, and what one may do about it. */
function OQueVem({ completa: { reserva, pagamento }, reler }: { completa: ReservaCompletaHttp; reler: () => void }) {
  const t = useTextos();
  const idioma = useIdioma();
  const irPagar = (
    <div>
      <Link to="/reservas/$id/pagar" params={{ id: reserva.id }} className={classeDeBotao()}>
        {t('reserva.pagar')}
      </Link>
    </div>
  );
  switch (reserva.status) {
    case 'PENDENTE_APROVACAO':
      return (
        <Aviso tom="espera" titulo={t('reserva.esperaAprovacao')}>
          <p>{t('reserva.esperaAprovacaoDetalhe')}</p>
        </Aviso>
      );
    case 'PENDENTE_PAGAMENTO':
      return pagamento?.status === 'APROVADO' || reserva.conferindoPagamento || (pagamento && foiEnviado(pagamento)) ? (
        <Aviso tom="espera" titulo={t('pagar.recebido')}>
          <p>{t('pagar.confirmando')}</p>
        </Aviso>
      ) : (
        <Aviso tom="espera" titulo={t('reserva.faltaPagar')}>
          <ContagemDaRetencao ateMs={Date.parse(reserva.expiraEm)} aoFim={t('pagar.aoFim')} aoAcabar={reler} />
          {reserva.prorrogavel && <MaisTempo reserva={reserva} aoTer={reler} />}
          {pagamento?.ultimaRecusa != null && <p>{t('pagar.recusado')}</p>}
          {irPagar}
        </Aviso>
      );
    case 'CONFIRMADA':
      return (
        <Aviso tom="certo" titulo={t('reserva.confirmada')}>
          <p>
            {t('reserva.esperamos', {
              quando: `${data(reserva.inicio, reserva.fuso, idioma)}, ${hora(reserva.inicio, reserva.fuso, idioma)}`,
            })}
          </p>
          {reserva.saldo && (
            <p>
              {t('reserva.saldo', {
                valor: dinheiro(reserva.saldo.valorCentavos, idioma),
                ate: `${data(reserva.saldo.venceEm, reserva.fuso, idioma)}, ${hora(reserva.saldo.venceEm, reserva.fuso, idioma)}`,
              })}
            </p>
          )}
          {reserva.remarcacao && (
            <p>{t('reserva.remarcando', { valor: dinheiro(reserva.remarcacao.diferencaCentavos, idioma) })}</p>
          )}
          {(reserva.saldo ?? reserva.remarcacao) && pagamento?.status === 'PENDENTE' && irPagar}
        </Aviso>
      );
    case 'CONCLUIDA':
      return <Aviso titulo={t('reserva.concluida')} />;
    case 'NAO_COMPARECEU':
      return <Aviso titulo={t('reserva.naoCompareceu')} />;
    case 'CANCELADA':
      return (
        <Aviso tom="perigo" titulo={t(`motivos.${reserva.motivo ?? 'ADMIN'}`)}>
          {reserva.justificativa !== null && <p>“{reserva.justificativa}”</p>}
          {reserva.reembolsoCentavos > 0 && (
            <p>{t('reserva.volta', { valor: dinheiro(reserva.reembolsoCentavos, idioma) })}</p>
          )}
          {pagamento?.status === 'APROVADO' && reserva.motivo === 'PAGAMENTO_EXPIRADO' && (
            <p>{t('reserva.pagoTarde')}</p>
          )}
          <div>
            <Link to="/espacos/$id" params={{ id: reserva.espaco.id }} className={classeDeBotao('secundario')}>
              {t('reserva.outroHorario')}
            </Link>
          </div>
        </Aviso>
      );
  }
}

function Detalhes({ reserva }: { reserva: ReservaHttp }) {
  const t = useTextos();
  const idioma = useIdioma();
  const daqui = fusoDaqui();
  return (
    <dl className={estilo['pares']}>
      <div>
        <dt>{t('conferir.quando')}</dt>
        <dd>
          {periodo(reserva.inicio, reserva.fim, reserva.fuso, idioma)} (
          {duracao(minutosEntre(reserva.inicio, reserva.fim), idioma)})
          {!mesmaHora(reserva.inicio, reserva.fuso, daqui) && (
            <span className={estilo['suave']}>
              <br />
              {t('conferir.paraVoce', { quando: periodo(reserva.inicio, reserva.fim, daqui, idioma) })}
            </span>
          )}
        </dd>
      </div>
      <div>
        <dt>{t('reserva.onde')}</dt>
        <dd>
          {reserva.espaco.endereco}, {reserva.espaco.cidade}
        </dd>
      </div>
      <div>
        <dt>{t('conferir.preco')}</dt>
        <dd>
          <LinhasDePreco linhas={reserva.preco} total={reserva.valorCentavos} />
          {reserva.pagoCentavos > 0 && <p>{t('reserva.pago', { valor: dinheiro(reserva.pagoCentavos, idioma) })}</p>}
        </dd>
      </div>
    </dl>
  );
}
