import { useState } from 'react';
import type { PagamentoHttp, ReservaHttp } from '@plataforma/contracts';
import { Aviso, Campo, chaveDe, dinheiro, esquecerChave, Etiqueta, Falha, periodo, useIdioma } from '@plataforma/kit';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { api } from '../api.js';
import { Acao, BotaoDe } from '../componentes/acao.js';
import { Pares, referencia, Situacao } from '../componentes/ditos.js';
import { LinhaDoTempo } from '../componentes/linha-do-tempo.js';
import estilo from '../componentes/painel.module.css';
import { Tabela } from '../componentes/tabela.js';
import { useTextos } from '../textos/index.js';

type Pedido = 'cancelar' | 'aprovar' | 'recusar';

/** One booking: what it is, what was paid, what can be done about it, and all that happened. */
export function Reserva() {
  const t = useTextos();
  const idioma = useIdioma();
  const { id = '' } = useParams({ strict: false });
  const consultas = useQueryClient();
  const [pedido, setPedido] = useState<Pedido>();
  const [estornado, setEstornado] = useState<PagamentoHttp>();
  const { data, error, refetch } = useQuery({
    queryKey: ['reserva', id],
    queryFn: async () => (await api('GET /v1/reservas/:id', { parametros: { id } })).body,
    staleTime: 2_000,
    refetchInterval: 10_000,
  });
  if (!data)
    return error ? <Falha erro={error} deNovo={() => void refetch()} /> : <p role="status">{t('lista.lendo')}</p>;
  const { reserva, pagamentos, faltando } = data;
  const reler = () => {
    for (const queryKey of [['reserva', id], ['linha', id], ['reservas']])
      void consultas.invalidateQueries({ queryKey });
  };
  const acaba = ['CANCELADA', 'CONCLUIDA', 'NAO_COMPARECEU'].includes(reserva.status) && t('reserva.acabou');
  const semEspera = reserva.status !== 'PENDENTE_APROVACAO' && t('reserva.semEspera');
  return (
    <div className={estilo['tela']}>
      <div className={estilo['linha']}>
        <h1>
          {reserva.espaco.nome} · {referencia(reserva.id)}
        </h1>
        <Situacao status={reserva.status} />
      </div>
      {faltando.length > 0 && (
        <Aviso tom="espera">
          <p>{t('linha.falta', { partes: faltando.join(', ') })}</p>
        </Aviso>
      )}
      <div className={estilo['linha']}>
        {reserva.status === 'PENDENTE_APROVACAO' && (
          <>
            <BotaoDe direito="reservas.aprovar" forma="primario" onClick={() => setPedido('aprovar')}>
              {t('reserva.aprovar')}
            </BotaoDe>
            <BotaoDe
              direito="reservas.aprovar"
              forma="perigo"
              impedido={semEspera}
              onClick={() => setPedido('recusar')}
            >
              {t('reserva.recusar')}
            </BotaoDe>
          </>
        )}
        <BotaoDe direito="reservas.mudar:todos" forma="perigo" impedido={acaba} onClick={() => setPedido('cancelar')}>
          {t('reserva.cancelar')}
        </BotaoDe>
      </div>
      <div className={estilo['colunas']}>
        <div className={estilo['folha']}>
          <h2>{t('titulos.reserva')}</h2>
          <Pares
            pares={[
              [t('reservas.quando'), periodo(reserva.inicio, reserva.fim, reserva.fuso, idioma)],
              [t('reserva.cliente'), <Pessoa key="c" id={reserva.clienteId} />],
              [t('reserva.lugar'), `${reserva.espaco.cidade}, ${reserva.espaco.endereco}`],
              [t('reserva.pessoas'), reserva.pessoas ?? '—'],
              [t('reserva.dito'), reserva.titulo ?? '—'],
              [t('reserva.motivo'), reserva.motivo ?? '—'],
              [t('reserva.justificativa'), reserva.justificativa ?? '—'],
              ['id', reserva.id],
            ]}
          />
        </div>
        <div className={estilo['folha']}>
          <h2>{t('reserva.dinheiro')}</h2>
          <Pares
            pares={[
              [t('conciliacao.valor'), dinheiro(reserva.valorCentavos, idioma)],
              [t('reserva.pago'), dinheiro(reserva.pagoCentavos, idioma)],
              [t('reserva.reembolso'), dinheiro(reserva.reembolsoCentavos, idioma)],
              [t('reserva.saldo'), reserva.saldo ? dinheiro(reserva.saldo.valorCentavos, idioma) : '—'],
              [t('reserva.cupom'), reserva.cupom ?? '—'],
            ]}
          />
          {pagamentos.length > 0 && (
            <Tabela
              titulo={t('reserva.cobrancas')}
              itens={pagamentos}
              chave={(pagamento) => pagamento.id}
              colunas={[
                {
                  nome: t('reserva.cobranca'),
                  titulo: true,
                  celula: ({ finalidade }) => t(`finalidades.${finalidade}`),
                },
                {
                  nome: t('sagas.situacao'),
                  celula: ({ status }) => <Etiqueta>{t(`pagamentos.${status}`)}</Etiqueta>,
                },
                {
                  nome: t('conciliacao.valor'),
                  numero: true,
                  celula: ({ valorCentavos }) => dinheiro(valorCentavos, idioma),
                },
                {
                  nome: t('acao.acoes'),
                  celula: (pagamento) => (
                    <BotaoDe
                      direito="pagamentos.estornar"
                      impedido={
                        (pagamento.status !== 'APROVADO' || pagamento.estornadoCentavos >= pagamento.valorCentavos) &&
                        t('reserva.nadaAEstornar')
                      }
                      onClick={() => setEstornado(pagamento)}
                    >
                      {t('reserva.estornar')}
                    </BotaoDe>
                  ),
                },
              ]}
            />
          )}
        </div>
      </div>
      <LinhaDoTempo id={id} fuso={reserva.fuso} />
      {pedido === 'cancelar' && <Cancelar reserva={reserva} feito={reler} fechar={() => setPedido(undefined)} />}
      {(pedido === 'aprovar' || pedido === 'recusar') && (
        <Responder
          reserva={reserva}
          aprovada={pedido === 'aprovar'}
          feito={reler}
          fechar={() => setPedido(undefined)}
        />
      )}
      {estornado && <Estornar pagamento={estornado} feito={reler} fechar={() => setEstornado(undefined)} />}
    </div>
  );
}

interface DeUmaReserva {
  readonly reserva: ReservaHttp;
  readonly feito: () => void;
  readonly fechar: () => void;
}

/** What would come back is shown first; if it is another by then, nothing is cancelled. */
function Cancelar({ reserva: { id }, feito, fechar }: DeUmaReserva) {
  const t = useTextos();
  const idioma = useIdioma();
  const { data, error } = useQuery({
    queryKey: ['previa', id],
    queryFn: async () => (await api('GET /v1/reservas/:id/cancelamento', { parametros: { id } })).body,
    staleTime: 0,
    gcTime: 0,
  });
  return (
    <Acao
      titulo={t('reserva.cancelar')}
      rotulo={t('reserva.cancelar')}
      motivo="opcional"
      perigo
      impedida={!data}
      agir={(motivo) =>
        api('POST /v1/reservas/:id/cancelamento', {
          parametros: { id },
          corpo: {
            ...(motivo && { justificativa: motivo }),
            ...(data && { reembolsoEsperadoCentavos: data.reembolsoCentavos }),
          },
        })
      }
      feito={feito}
      fechar={fechar}
    >
      {error && <Falha erro={error} />}
      {data && (
        <Pares
          pares={[
            [t('reserva.volta'), <strong key="v">{dinheiro(data.reembolsoCentavos, idioma)}</strong>],
            [t('reserva.fica'), dinheiro(data.retidoCentavos, idioma)],
          ]}
        />
      )}
      <p>{t('reserva.efeitoDoCancelamento')}</p>
    </Acao>
  );
}

/** Approves what was asked for, or says why not. */
export function Responder({ reserva, aprovada, feito, fechar }: DeUmaReserva & { aprovada: boolean }) {
  const t = useTextos();
  const idioma = useIdioma();
  const { id, espaco, inicio, fim, fuso } = reserva;
  return (
    <Acao
      titulo={t(aprovada ? 'reserva.aprovar' : 'reserva.recusar')}
      rotulo={t(aprovada ? 'reserva.aprovar' : 'reserva.recusar')}
      perigo={!aprovada}
      {...(!aprovada && { motivo: 'exigido' as const })}
      agir={(motivo) =>
        api('POST /v1/reservas/:id/aprovacao', {
          parametros: { id },
          corpo: aprovada ? { aprovada } : { aprovada, justificativa: motivo },
        })
      }
      feito={feito}
      fechar={fechar}
    >
      <p>
        {espaco.nome}, {periodo(inicio, fim, fuso, idioma)}
      </p>
      <p>{t(aprovada ? 'reserva.efeitoDaAprovacao' : 'reserva.efeitoDaRecusa')}</p>
    </Acao>
  );
}

/** Gives money back by hand: never more than what is left. */
function Estornar({ pagamento, feito, fechar }: { pagamento: PagamentoHttp; feito: () => void; fechar: () => void }) {
  const t = useTextos();
  const idioma = useIdioma();
  const resta = pagamento.valorCentavos - pagamento.estornadoCentavos;
  const [reais, setReais] = useState((resta / 100).toFixed(2));
  const centavos = Math.round(Number(reais) * 100);
  return (
    <Acao
      titulo={t('reserva.estornar')}
      rotulo={t('reserva.estornar')}
      motivo="exigido"
      perigo
      agir={async (motivo) => {
        const corpo = { valorCentavos: centavos, motivo };
        const pedido = [pagamento.id, pagamento.estornadoCentavos, corpo];
        await api('POST /v1/pagamentos/:id/estornos', {
          parametros: { id: pagamento.id },
          corpo,
          cabecalhos: { 'idempotency-key': chaveDe(pedido) },
        });
        esquecerChave(pedido);
      }}
      feito={feito}
      fechar={fechar}
    >
      <Campo
        rotulo={t('reserva.quantoVolta')}
        dica={t('reserva.resta', { valor: dinheiro(resta, idioma) })}
        type="number"
        step="0.01"
        min="0.01"
        max={resta / 100}
        required
        value={reais}
        onChange={({ target }) => setReais(target.value)}
      />
      <p>{t('reserva.efeitoDoEstorno', { valor: dinheiro(centavos || 0, idioma) })}</p>
    </Acao>
  );
}

/** Whose it is, by name where that can be told. */
export function Pessoa({ id }: { id: string }) {
  const { data } = useQuery({
    queryKey: ['usuario', id],
    queryFn: async () => (await api('GET /v1/usuarios/:id', { parametros: { id } })).body,
    staleTime: 300_000,
  });
  return <span title={id}>{data ? `${data.nome} <${data.email}>` : id}</span>;
}
