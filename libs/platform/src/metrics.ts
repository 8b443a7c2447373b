import { trace } from '@opentelemetry/api';
import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  register,
  Registry,
  type RegistryContentType,
} from 'prom-client';

const EVENT_LOOP_SAMPLE_MS = 100;
const LATENCY_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10];
/** Of what is measured in the database: older, and it is not told any more. */
const STALE_MS = 180_000;

// Always in this format: only in it may a bucket name a trace, and prom-client renames counters when it first writes it.
(register as Registry<RegistryContentType>).setContentType(Registry.OPENMETRICS_CONTENT_TYPE);

/** What a label may be, and why there is an end to it: every value of a label is a series that is kept for ever. */
export interface LabelBound {
  /** How many values it has at most, in one process. */
  readonly max: number;
  readonly what: string;
  /** All of them, where they are known here. */
  readonly values?: readonly string[];
}

export type MetricUnit = 'segundos' | 'centavos' | 'itens' | 'razão' | 'sim ou não' | 'segundos desde 1970';

/** Who looks after it. What is of a service is told by that service alone. */
export type MetricOwner = 'plataforma' | 'reservas' | 'pagamentos' | 'notificacoes' | 'bff-web';

export interface MetricDefinition<Label extends string = string> {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly unit: MetricUnit;
  readonly owner: MetricOwner;
  readonly help: string;
  readonly labels: Readonly<Record<Label, LabelBound>>;
}

type Declared<Label extends string> = Omit<MetricDefinition<Label>, 'type' | 'labels'> & {
  readonly labels?: Readonly<Record<Label, LabelBound>>;
};

const definitions: MetricDefinition[] = [];

/** @throws Error for a name or a unit that does not say what it is: Prometheus knows a counter by its name */
function declare<Label extends string>(type: MetricDefinition['type'], declared: Declared<Label>) {
  const { name, help, labels = {} as Readonly<Record<Label, LabelBound>> } = declared;
  if ((type === 'counter') !== name.endsWith('_total'))
    throw new Error(`${name}: só o nome de um contador acaba assim`);
  definitions.push({ ...declared, type, labels });
  return { name, help, labelNames: Object.keys(labels) as Label[] };
}

const counter = <Label extends string = never>(declared: Declared<Label>): Counter<Label> =>
  new Counter(declare('counter', declared));

const gauge = <Label extends string = never>(declared: Declared<Label>): Gauge<Label> =>
  new Gauge(declare('gauge', declared));

/**
 * A histogram each of whose buckets remembers the trace of what fell into it last, where that is kept: from a slow
 * request on a panel to what it did.
 */
function histogram<Label extends string = never>({ buckets, ...declared }: Declared<Label> & { buckets: number[] }) {
  // The types want a trace to be one of the labels; it is none, or there would be no end of them.
  const kept: Histogram<string> = new Histogram({ ...declare('histogram', declared), buckets, enableExemplars: true });
  return {
    observe(labels: Record<Label, string>, value: number): void {
      const span = trace.getActiveSpan();
      kept.observe({
        labels,
        value,
        exemplarLabels: span?.isRecording() ? { trace_id: span.spanContext().traceId } : {},
      });
    },
  };
}

/** Gauges that tell only what was measured lately: of what does not come any more nothing is told. */
function measuredGauge<Label extends string>(declared: Declared<Label>, maxAgeMs = STALE_MS) {
  let measuredAt = -Infinity;
  const kept = new Gauge({
    ...declare('gauge', declared),
    collect() {
      if (performance.now() - measuredAt > maxAgeMs) this.reset();
    },
  });
  return {
    /** All of them; one that is not named is none. */
    measured(rows: readonly (readonly [labels: Record<Label, string>, value: number])[]): void {
      measuredAt = performance.now();
      kept.reset();
      for (const [labels, value] of rows) kept.set(labels, value);
    },
  };
}

/** The same of a single number; NaN when it was not measured lately. */
function freshGauge(declared: Declared<never>, maxAgeMs: number): { readonly measured: (value: number) => void } {
  let measuredAt = -Infinity;
  const kept = new Gauge({
    ...declare('gauge', declared),
    collect() {
      if (performance.now() - measuredAt > maxAgeMs) this.set(NaN);
    },
  });
  return {
    measured(value) {
      measuredAt = performance.now();
      kept.set(value);
    },
  };
}

/** A gauge that tells how long ago something last was so, s; NaN where it never began. */
function ageGauge(declared: Declared<never>): { readonly now: () => void } {
  let last: number | undefined;
  const kept = new Gauge({
    ...declare('gauge', declared),
    collect() {
      this.set(last === undefined ? NaN : (performance.now() - last) / 1000);
    },
  });
  return {
    now() {
      last = performance.now();
      kept.set(0);
    },
  };
}

/** What many know of themselves, asked when the metric is told. */
function askedGauge<Label extends string>(declared: Declared<Label>) {
  const sources = new Set<() => Iterable<readonly [Record<Label, string>, number]>>();
  const kept = new Gauge({
    ...declare('gauge', declared),
    collect() {
      this.reset();
      for (const source of sources) for (const [labels, value] of source()) kept.inc(labels, value);
    },
  });
  return {
    /** @returns what ends it */
    ask(source: () => Iterable<readonly [Record<Label, string>, number]>): () => void {
      sources.add(source);
      return () => void sources.delete(source);
    },
  };
}

const one = (...values: string[]): LabelBound => ({ max: values.length, what: 'os que há', values });
const upTo = (max: number, what: string): LabelBound => ({ max, what });

const work = { trabalho: upTo(40, 'os trabalhos de fundo do serviço') };
const queue = { fila: upTo(20, 'as filas da topologia') };
const messageType = upTo(120, 'o catálogo de mensagens, ou desconhecido');

/** The catalogue of the platform's metrics: a metric that is not declared here does not exist. */
export const metrics = {
  httpRequestDuration: histogram({
    name: 'http_request_duration_seconds',
    unit: 'segundos',
    owner: 'plataforma',
    help: 'Duração das requisições HTTP, em segundos',
    labels: {
      method: upTo(40, 'os métodos que o servidor HTTP conhece'),
      route: upTo(300, 'as rotas da aplicação, por seus moldes, ou desconhecida'),
      status_code: upTo(60, 'os do HTTP'),
    },
    buckets: LATENCY_BUCKETS,
  }),
  upstreamDuration: histogram({
    name: 'upstream_request_duration_seconds',
    unit: 'segundos',
    owner: 'plataforma',
    help: 'Duração das chamadas a outros serviços, em segundos',
    labels: { upstream: upTo(10, 'os serviços'), outcome: upTo(60, 'ok, ou o status do problema') },
    buckets: LATENCY_BUCKETS,
  }),
  pool: askedGauge({
    name: 'banco_conexoes',
    unit: 'itens',
    owner: 'plataforma',
    help: 'Conexões do processo com o PostgreSQL, por estado; esperando conta quem ainda não tem a sua',
    labels: { estado: one('em-uso', 'livre', 'esperando', 'limite') },
  }),
  reservasCriadas: counter({
    name: 'reservas_criadas_total',
    unit: 'itens',
    owner: 'reservas',
    help: 'Reservas criadas, avulsas ou em série; as de cada espaço estão nos relatórios',
    labels: { forma: one('avulsa', 'serie') },
  }),
  aoVivo: gauge({
    name: 'aovivo_fluxos',
    unit: 'itens',
    owner: 'bff-web',
    help: 'Fluxos de eventos abertos neste processo',
  }),
  aoVivoEncerrados: counter({
    name: 'aovivo_encerrados_total',
    unit: 'itens',
    owner: 'bff-web',
    help: 'Fluxos de eventos que acabaram, por motivo',
    labels: { motivo: one('TOKEN', 'SESSAO', 'ESPACO', 'TEMPO', 'ENCERRANDO', 'SURDO', 'LENTO', 'FOI-SE') },
  }),
  reservasDesfechos: counter({
    name: 'reservas_desfechos_total',
    unit: 'itens',
    owner: 'reservas',
    help: 'Estados a que reservas chegaram depois de criadas; de retida a paga é CONFIRMADA sobre as criadas',
    labels: { status: upTo(10, 'os estados de uma reserva') },
  }),
  reservasAbertas: measuredGauge({
    name: 'reservas_abertas',
    unit: 'itens',
    owner: 'reservas',
    help: 'Reservas que ainda não terminaram, por estado (até 10000 de cada)',
    labels: { status: upTo(10, 'os estados de uma reserva') },
  }),
  ocupacao: measuredGauge({
    name: 'reservas_ocupacao_24h_razao',
    unit: 'razão',
    owner: 'reservas',
    help: 'Quanto das próximas 24 horas de todas as unidades está tomado, de 0 a 1, por origem',
    labels: { origem: one('RESERVA', 'BLOQUEIO') },
  }),
  reservasConfirmacao: histogram({
    name: 'reservas_confirmacao_segundos',
    unit: 'segundos',
    owner: 'reservas',
    help: 'Do pagamento aprovado, como pagamentos o contou, à reserva confirmada, em segundos',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
  }),
  filaDeEspera: measuredGauge({
    name: 'fila_de_espera_pedidos',
    unit: 'itens',
    owner: 'reservas',
    help: 'Pedidos da fila de espera cujo horário ainda não passou (até 10000)',
  }),
  filaDeEsperaMaisAntigo: measuredGauge({
    name: 'fila_de_espera_mais_antigo_segundos',
    unit: 'segundos',
    owner: 'reservas',
    help: 'Há quanto tempo espera quem espera há mais tempo na fila de espera, em segundos',
  }),
  conferencias: counter({
    name: 'reservas_conferencias_total',
    unit: 'itens',
    owner: 'reservas',
    help: 'Retenções vencidas que esperaram o provedor dizer se foram pagas (iniciada), e como acabaram (paga, nao-paga, sem-resposta, cancelada)',
    labels: { desfecho: one('iniciada', 'paga', 'nao-paga', 'sem-resposta', 'cancelada') },
  }),
  published: counter({
    name: 'mensagens_publicadas_total',
    unit: 'itens',
    owner: 'plataforma',
    help: 'Mensagens confirmadas pelo broker',
    labels: { tipo: messageType },
  }),
  publishFailures: counter({
    name: 'mensagens_publicacao_falhas_total',
    unit: 'itens',
    owner: 'plataforma',
    help: 'Publicações recusadas, sem rota ou sem confirmação a tempo; a outbox tenta de novo',
  }),
  consumed: counter({
    name: 'mensagens_consumidas_total',
    unit: 'itens',
    owner: 'plataforma',
    help: 'Mensagens consumidas, por resultado (efeito, duplicada)',
    labels: { ...queue, tipo: messageType, resultado: one('efeito', 'duplicada') },
  }),
  messageDuration: histogram({
    name: 'mensagens_duracao_segundos',
    unit: 'segundos',
    owner: 'plataforma',
    help: 'Quanto leva o efeito de uma mensagem, a espera pela sua vez fora, em segundos; também o das que falham',
    labels: { ...queue, tipo: messageType },
    buckets: LATENCY_BUCKETS,
  }),
  retried: counter({
    name: 'mensagens_retentadas_total',
    unit: 'itens',
    owner: 'plataforma',
    help: 'Mensagens mandadas à escada de retentativas',
    labels: { ...queue, tipo: messageType },
  }),
  deadLettered: counter({
    name: 'mensagens_mortas_total',
    unit: 'itens',
    owner: 'plataforma',
    help: 'Mensagens mandadas à DLQ, ou postas à espera de uma versão que as conheça, por causa',
    labels: { ...queue, causa: upTo(12, 'as causas da topologia') },
  }),
  future: gauge({
    name: 'mensagens_futuras',
    unit: 'itens',
    owner: 'plataforma',
    help: 'Mensagens que esperam por uma versão do serviço que as conheça, na última vez que se olhou',
    labels: queue,
  }),
  deadLetterFailures: counter({
    name: 'mensagens_dlq_falhas_total',
    unit: 'itens',
    owner: 'plataforma',
    help: 'Mensagens que a DLQ não aceitou (binding ausente ou broker fora); ficam na fila de origem',
    labels: queue,
  }),
  outboxLag: freshGauge(
    {
      name: 'outbox_atraso_segundos',
      unit: 'segundos',
      owner: 'plataforma',
      help: 'Idade do evento mais antigo ainda não publicado, em segundos; NaN quando não se pôde medir',
    },
    15_000,
  ),
  forgotten: counter({
    name: 'expurgo_linhas_total',
    unit: 'itens',
    owner: 'plataforma',
    help: 'Linhas que o expurgo apagou ou esvaziou por serem velhas, por regra',
    labels: { regra: upTo(80, 'as regras de expurgo') },
  }),
  rounds: counter({
    name: 'trabalhos_rodadas_total',
    unit: 'itens',
    owner: 'plataforma',
    help: 'Rodadas dos trabalhos de fundo, por resultado (ok, falha)',
    labels: { ...work, resultado: one('ok', 'falha') },
  }),
  lastRound: gauge({
    name: 'trabalhos_ultima_rodada_timestamp_segundos',
    unit: 'segundos desde 1970',
    owner: 'plataforma',
    help: 'Quando terminou a última rodada sem falha de cada trabalho de fundo, em segundos desde 1970',
    labels: work,
  }),
  workDue: gauge({
    name: 'trabalhos_itens_devidos',
    unit: 'itens',
    owner: 'plataforma',
    help: 'Itens de um trabalho de fundo cuja hora passou e que ninguém tomou, na última vez que se olhou (até 1000)',
    labels: work,
  }),
  workOldest: gauge({
    name: 'trabalhos_item_mais_antigo_segundos',
    unit: 'segundos',
    owner: 'plataforma',
    help: 'Há quanto tempo espera o item devido mais antigo de um trabalho de fundo, em segundos',
    labels: work,
  }),
  workStuck: gauge({
    name: 'trabalhos_itens_parados',
    unit: 'itens',
    owner: 'plataforma',
    help: 'Itens de que um trabalho de fundo desistiu, ou que falham há muito: alguém tem de olhar (até 1000)',
    labels: work,
  }),
  webhookAttempts: counter({
    name: 'ganchos_tentativas_total',
    unit: 'itens',
    owner: 'notificacoes',
    help: 'Tentativas de entregar a webhooks de saída, por resultado',
    labels: { resultado: upTo(20, 'ACEITA, ou a causa da falha') },
  }),
  workRunning: gauge({
    name: 'trabalhos_itens_em_curso',
    unit: 'itens',
    owner: 'plataforma',
    help: 'Itens que um trabalho de fundo tem em mãos neste processo',
    labels: work,
  }),
  workFailures: counter({
    name: 'trabalhos_itens_falhas_total',
    unit: 'itens',
    owner: 'plataforma',
    help: 'Itens que um trabalho de fundo não conseguiu fazer e adiou, por motivo (falha, prazo, posse-perdida)',
    labels: { ...work, motivo: one('falha', 'prazo', 'posse-perdida') },
  }),
  workSuccess: gauge({
    name: 'trabalhos_ultimo_item_timestamp_segundos',
    unit: 'segundos desde 1970',
    owner: 'plataforma',
    help: 'Quando um trabalho de fundo fez o seu último item sem falha, em segundos desde 1970',
    labels: work,
  }),
  adiados: counter({
    name: 'trabalhos_itens_adiados_total',
    unit: 'itens',
    owner: 'plataforma',
    help: 'Itens que um trabalho de fundo não pôde fazer e deixou para depois, por motivo',
    labels: { ...work, motivo: upTo(60, 'os códigos dos nossos erros') },
  }),
  revocationsHeard: ageGauge({
    name: 'revogacoes_sem_ouvir_segundos',
    unit: 'segundos',
    owner: 'plataforma',
    help: 'Há quanto tempo não se ouve do Redis que sessões foram encerradas; além de 60, um token revogado pode valer aqui',
  }),
  cacheWarmed: gauge({
    name: 'cache_aquecido',
    unit: 'sim ou não',
    owner: 'reservas',
    help: 'Se o cache foi aquecido ao iniciar: 1; 0 quando não pôde ser, e os primeiros pedidos vão ao banco',
  }),
  webhooks: counter({
    name: 'webhooks_processados_total',
    unit: 'itens',
    owner: 'pagamentos',
    help: 'Webhooks do provedor de pagamentos, por destino (PROCESSADO, IGNORADO, ESTACIONADO)',
    labels: {
      tipo: upTo(60, 'os eventos do provedor que têm efeito; outro; inesperado'),
      destino: one('PROCESSADO', 'IGNORADO', 'ESTACIONADO', 'INESPERADO'),
    },
  }),
  webhooksPorFazer: measuredGauge({
    name: 'webhooks_por_fazer',
    unit: 'itens',
    owner: 'pagamentos',
    help: 'Webhooks do provedor de pagamentos guardados e ainda sem efeito, por estado (até 10000)',
    labels: { estado: one('PENDENTE', 'ESTACIONADO', 'INESPERADO') },
  }),
  webhookMaisAntigo: measuredGauge({
    name: 'webhooks_mais_antigo_segundos',
    unit: 'segundos',
    owner: 'pagamentos',
    help: 'Há quanto tempo chegou o webhook mais antigo ainda sem efeito, por estado, em segundos',
    labels: { estado: one('PENDENTE', 'ESTACIONADO', 'INESPERADO') },
  }),
  capturado: counter({
    name: 'pagamentos_capturado_centavos_total',
    unit: 'centavos',
    owner: 'pagamentos',
    help: 'Dinheiro capturado, em centavos; o que se devolveu está em pagamentos_estornado_centavos_total',
    labels: { moeda: upTo(3, 'as moedas dos espaços') },
  }),
  estornado: counter({
    name: 'pagamentos_estornado_centavos_total',
    unit: 'centavos',
    owner: 'pagamentos',
    help: 'Dinheiro devolvido, em centavos',
    labels: { moeda: upTo(3, 'as moedas dos espaços') },
  }),
  notificacoesEnvios: counter({
    name: 'notificacoes_envios_total',
    unit: 'itens',
    owner: 'notificacoes',
    help: 'Entregas de mensagens a provedores, por canal, tipo e desfecho (enviada, falhou, adiada, superada: já não é verdade, ou ninguém a quer)',
    labels: {
      canal: one('EMAIL', 'SMS', 'PUSH'),
      tipo: upTo(60, 'os avisos e as cartas'),
      desfecho: one('enviada', 'falhou', 'adiada', 'superada'),
    },
  }),
  notificacoesAteEntregar: histogram({
    name: 'notificacoes_evento_ate_entrega_segundos',
    unit: 'segundos',
    owner: 'notificacoes',
    help: 'Do fato que se conta até o provedor tomar a mensagem, em segundos',
    labels: { canal: one('EMAIL', 'SMS', 'PUSH') },
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200],
  }),
  notificacoesRelatos: counter({
    name: 'notificacoes_relatos_total',
    unit: 'itens',
    owner: 'notificacoes',
    help: 'O que provedores contaram do que tomaram, por canal e situação (ADIADA, ENTREGUE, REJEITADA, QUEIXA); repetições não contam',
    labels: { canal: one('EMAIL', 'SMS', 'PUSH'), situacao: one('ADIADA', 'ENTREGUE', 'REJEITADA', 'QUEIXA') },
  }),
  divergencias: gauge({
    name: 'pagamentos_divergencias',
    unit: 'itens',
    owner: 'pagamentos',
    help: 'Diferenças em aberto entre provedor, razão e reserva, por tipo; zero também aparece',
    labels: { tipo: upTo(20, 'os tipos de diferença') },
  }),
  divergenciasReparadas: counter({
    name: 'pagamentos_divergencias_reparadas_total',
    unit: 'itens',
    owner: 'pagamentos',
    help: 'Diferenças entre provedor, razão e reserva que foram reparadas, por tipo',
    labels: { tipo: upTo(20, 'os tipos de diferença') },
  }),
  estornosPendentes: gauge({
    name: 'pagamentos_estornos_pendentes',
    unit: 'itens',
    owner: 'pagamentos',
    help: 'Estornos ainda não concluídos, por idade (ate-1min, ate-1h, ate-24h, mais)',
    labels: { idade: one('ate-1min', 'ate-1h', 'ate-24h', 'mais') },
  }),
  sagaDeadlines: counter({
    name: 'saga_prazos_vencidos_total',
    unit: 'itens',
    owner: 'plataforma',
    help: 'Prazos de saga que venceram',
    labels: { saga: upTo(5, 'as sagas') },
  }),
  sagaSteps: counter({
    name: 'saga_passos_total',
    unit: 'itens',
    owner: 'plataforma',
    help: 'Passos a que sagas chegaram',
    labels: { saga: upTo(5, 'as sagas'), passo: upTo(12, 'os passos de uma saga') },
  }),
  sagasUnderWay: measuredGauge({
    name: 'saga_em_andamento',
    unit: 'itens',
    owner: 'plataforma',
    help: 'Sagas que esperam por algo que tem prazo, por passo (até 10000)',
    labels: { saga: upTo(5, 'as sagas'), passo: upTo(12, 'os passos de uma saga') },
  }),
  sagaOverdue: measuredGauge({
    name: 'saga_prazo_excedido_segundos',
    unit: 'segundos',
    owner: 'plataforma',
    help: 'Há quanto tempo venceu o prazo mais antigo de uma saga que não seguiu, por passo, em segundos; zero quando nenhum',
    labels: { saga: upTo(5, 'as sagas'), passo: upTo(12, 'os passos de uma saga') },
  }),
};

/** All that can be told, but for what Node tells of a process (see `processDefinitions`). */
export const metricCatalogue: readonly MetricDefinition[] = definitions;

/** What prom-client tells of every process: memory, event loop, garbage, handles. */
export function processDefinitions(): { name: string; type: string; help: string }[] {
  const own = new Registry();
  collectDefaultMetrics({ register: own });
  return own.getMetricsAsArray().map((metric) => {
    const { name, help, type } = metric as unknown as { name: string; help: string; type: string };
    return { name, help, type };
  });
}

/**
 * Labels everything with the service's name, adds the process metrics (memory, event loop, GC), and leaves out what is
 * another service's: a zero of somebody who cannot know would be taken for an answer.
 */
export function startMetrics(service: string): void {
  register.setDefaultLabels({ service });
  for (const { name, owner } of definitions)
    if (owner !== 'plataforma' && owner !== service) register.removeSingleMetric(name);
  // The delay of the event loop is sampled by a timer: every 10 ms, as is usual, it costs an idle process more than all
  // else that it does. What it tells contains this pause.
  if (!register.getSingleMetric('process_cpu_user_seconds_total'))
    collectDefaultMetrics({ eventLoopMonitoringPrecision: EVENT_LOOP_SAMPLE_MS });
}

/** OpenMetrics text exposition of all metrics. */
export const exposeMetrics = async (): Promise<{ contentType: string; body: string }> => ({
  contentType: register.contentType,
  body: await register.metrics(),
});
