import { collectDefaultMetrics, Counter, Gauge, Histogram, register } from 'prom-client';

const EVENT_LOOP_SAMPLE_MS = 100;
const LATENCY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10];

/** A gauge that tells only what was measured lately: of a measurement that does not come any more it says NaN. */
function freshGauge(name: string, help: string, maxAgeMs: number): { readonly measured: (value: number) => void } {
  let measuredAt = -Infinity;
  const gauge = new Gauge({
    name,
    help,
    collect() {
      if (performance.now() - measuredAt > maxAgeMs) this.set(NaN);
    },
  });
  return {
    measured(value) {
      measuredAt = performance.now();
      gauge.set(value);
    },
  };
}

/** A gauge that tells how long ago something last was so, s; NaN where it never began. */
function ageGauge(name: string, help: string): { readonly now: () => void } {
  let last: number | undefined;
  const gauge = new Gauge({
    name,
    help,
    collect() {
      this.set(last === undefined ? NaN : (performance.now() - last) / 1000);
    },
  });
  return {
    now() {
      last = performance.now();
      gauge.set(0);
    },
  };
}

/** The catalogue of the platform's metrics: a metric that is not declared here does not exist. */
export const metrics = {
  httpRequestDuration: new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duração das requisições HTTP, em segundos',
    labelNames: ['method', 'route', 'status_code'] as const,
    buckets: LATENCY_BUCKETS,
  }),
  upstreamDuration: new Histogram({
    name: 'upstream_request_duration_seconds',
    help: 'Duração das chamadas a outros serviços, em segundos',
    labelNames: ['upstream', 'outcome'] as const,
    buckets: LATENCY_BUCKETS,
  }),
  reservasCriadas: new Counter({
    name: 'reservas_criadas_total',
    help: 'Reservas criadas, avulsas ou em série; as de cada espaço estão nos relatórios',
    labelNames: ['forma'] as const,
  }),
  conferencias: new Counter({
    name: 'reservas_conferencias_total',
    help: 'Retenções vencidas que esperaram o provedor dizer se foram pagas (iniciada), e como acabaram (paga, nao-paga, sem-resposta, cancelada)',
    labelNames: ['desfecho'] as const,
  }),
  published: new Counter({
    name: 'mensagens_publicadas_total',
    help: 'Mensagens confirmadas pelo broker',
    labelNames: ['tipo'] as const,
  }),
  publishFailures: new Counter({
    name: 'mensagens_publicacao_falhas_total',
    help: 'Publicações recusadas, sem rota ou sem confirmação a tempo; a outbox tenta de novo',
  }),
  consumed: new Counter({
    name: 'mensagens_consumidas_total',
    help: 'Mensagens consumidas, por resultado (efeito, duplicada)',
    labelNames: ['fila', 'tipo', 'resultado'] as const,
  }),
  retried: new Counter({
    name: 'mensagens_retentadas_total',
    help: 'Mensagens mandadas à escada de retentativas',
    labelNames: ['fila', 'tipo'] as const,
  }),
  deadLettered: new Counter({
    name: 'mensagens_mortas_total',
    help: 'Mensagens mandadas à DLQ, ou postas à espera de uma versão que as conheça, por causa',
    labelNames: ['fila', 'causa'] as const,
  }),
  future: new Gauge({
    name: 'mensagens_futuras',
    help: 'Mensagens que esperam por uma versão do serviço que as conheça, na última vez que se olhou',
    labelNames: ['fila'] as const,
  }),
  deadLetterFailures: new Counter({
    name: 'mensagens_dlq_falhas_total',
    help: 'Mensagens que a DLQ não aceitou (binding ausente ou broker fora); ficam na fila de origem',
    labelNames: ['fila'] as const,
  }),
  outboxLag: freshGauge(
    'outbox_atraso_segundos',
    'Idade do evento mais antigo ainda não publicado, em segundos; NaN quando não se pôde medir',
    15_000,
  ),
  forgotten: new Counter({
    name: 'expurgo_linhas_total',
    help: 'Linhas que o expurgo apagou ou esvaziou por serem velhas, por regra',
    labelNames: ['regra'] as const,
  }),
  rounds: new Counter({
    name: 'trabalhos_rodadas_total',
    help: 'Rodadas dos trabalhos de fundo, por resultado (ok, falha)',
    labelNames: ['trabalho', 'resultado'] as const,
  }),
  lastRound: new Gauge({
    name: 'trabalhos_ultima_rodada_timestamp_segundos',
    help: 'Quando terminou a última rodada sem falha de cada trabalho de fundo, em segundos desde 1970',
    labelNames: ['trabalho'] as const,
  }),
  workDue: new Gauge({
    name: 'trabalhos_itens_devidos',
    help: 'Itens de um trabalho de fundo cuja hora passou e que ninguém tomou, na última vez que se olhou (até 1000)',
    labelNames: ['trabalho'] as const,
  }),
  workOldest: new Gauge({
    name: 'trabalhos_item_mais_antigo_segundos',
    help: 'Há quanto tempo espera o item devido mais antigo de um trabalho de fundo, em segundos',
    labelNames: ['trabalho'] as const,
  }),
  workStuck: new Gauge({
    name: 'trabalhos_itens_parados',
    help: 'Itens de que um trabalho de fundo desistiu, ou que falham há muito: alguém tem de olhar (até 1000)',
    labelNames: ['trabalho'] as const,
  }),
  workRunning: new Gauge({
    name: 'trabalhos_itens_em_curso',
    help: 'Itens que um trabalho de fundo tem em mãos neste processo',
    labelNames: ['trabalho'] as const,
  }),
  workFailures: new Counter({
    name: 'trabalhos_itens_falhas_total',
    help: 'Itens que um trabalho de fundo não conseguiu fazer e adiou, por motivo (falha, prazo, posse-perdida)',
    labelNames: ['trabalho', 'motivo'] as const,
  }),
  workSuccess: new Gauge({
    name: 'trabalhos_ultimo_item_timestamp_segundos',
    help: 'Quando um trabalho de fundo fez o seu último item sem falha, em segundos desde 1970',
    labelNames: ['trabalho'] as const,
  }),
  adiados: new Counter({
    name: 'trabalhos_itens_adiados_total',
    help: 'Itens que um trabalho de fundo não pôde fazer e deixou para depois, por motivo',
    labelNames: ['trabalho', 'motivo'] as const,
  }),
  revocationsHeard: ageGauge(
    'revogacoes_sem_ouvir_segundos',
    'Há quanto tempo não se ouve do Redis que sessões foram encerradas; além de 60, um token revogado pode valer aqui',
  ),
  webhooks: new Counter({
    name: 'webhooks_processados_total',
    help: 'Webhooks do provedor de pagamentos, por destino (PROCESSADO, IGNORADO, ESTACIONADO)',
    labelNames: ['tipo', 'destino'] as const,
  }),
  divergencias: new Gauge({
    name: 'pagamentos_divergencias',
    help: 'Diferenças em aberto entre provedor, razão e reserva, por tipo; zero também aparece',
    labelNames: ['tipo'] as const,
  }),
  divergenciasReparadas: new Counter({
    name: 'pagamentos_divergencias_reparadas_total',
    help: 'Diferenças entre provedor, razão e reserva que foram reparadas, por tipo',
    labelNames: ['tipo'] as const,
  }),
  estornosPendentes: new Gauge({
    name: 'pagamentos_estornos_pendentes',
    help: 'Estornos ainda não concluídos, por idade (ate-1min, ate-1h, ate-24h, mais)',
    labelNames: ['idade'] as const,
  }),
  sagaDeadlines: new Counter({
    name: 'saga_prazos_vencidos_total',
    help: 'Prazos de saga que venceram',
    labelNames: ['saga'] as const,
  }),
};

/** Labels everything with the service's name and adds the process metrics (memory, event loop, GC). */
export function startMetrics(service: string): void {
  register.setDefaultLabels({ service });
  // The delay of the event loop is sampled by a timer: every 10 ms, as is usual, it costs an idle process more than all
  // else that it does. What it tells contains this pause.
  if (!register.getSingleMetric('process_cpu_user_seconds_total'))
    collectDefaultMetrics({ eventLoopMonitoringPrecision: EVENT_LOOP_SAMPLE_MS });
}

/** Prometheus text exposition of all metrics. */
export const exposeMetrics = async (): Promise<{ contentType: string; body: string }> => ({
  contentType: register.contentType,
  body: await register.metrics(),
});
