/** Dashboards as Grafana reads them, written with types and checked: every question is run against a platform at work. */

type Unidade = 's' | 'ms' | 'reqps' | 'short' | 'percentunit' | 'bytes' | 'currencyBRL' | 'ops' | 'bool';

interface Quadro {
  readonly titulo: string;
  readonly unidade: Unidade;
  /** Questions, and how what answers each is called. */
  readonly perguntas: readonly (readonly [expr: string, legenda: string])[];
  readonly tipo?: 'timeseries' | 'stat' | 'table';
  /** A histogram's: with the traces of what fell into its buckets. */
  readonly exemplos?: boolean;
  /** That there is nothing to be told is good news: no series without a fault. */
  readonly quieto?: true;
}

export interface Painel {
  readonly uid: string;
  readonly titulo: string;
  readonly quadros: readonly Quadro[];
}

const p99 = (metrica: string, por: string, filtro = ''): string =>
  `histogram_quantile(0.99, sum by (le, ${por}) (rate(${metrica}_bucket${filtro}[$__rate_interval])))`;
const taxa = (metrica: string, por: string, filtro = ''): string =>
  `sum by (${por}) (rate(${metrica}${filtro}[$__rate_interval]))`;

/** Rate, errors, duration of the routes of some processes. */
const red = (titulo: string, service: string): Quadro[] => [
  {
    titulo: `${titulo}: pedidos por rota`,
    unidade: 'reqps',
    perguntas: [
      [taxa('http_request_duration_seconds_count', 'route, method', `{service=~"${service}"}`), '{{method}} {{route}}'],
    ],
  },
  {
    titulo: `${titulo}: recusas e erros`,
    unidade: 'reqps',
    perguntas: [
      [
        taxa(
          'http_request_duration_seconds_count',
          'service, status_code',
          `{service=~"${service}",status_code=~"[45].."}`,
        ),
        '{{service}} {{status_code}}',
      ],
    ],
    quieto: true,
  },
  {
    titulo: `${titulo}: 99 em 100 pedidos levam até`,
    unidade: 's',
    exemplos: true,
    perguntas: [[p99('http_request_duration_seconds', 'route', `{service=~"${service}"}`), '{{route}}']],
  },
];

const filas = (service: string): Quadro[] => [
  {
    titulo: 'Mensagens consumidas, por fila e tipo',
    unidade: 'ops',
    perguntas: [[taxa('mensagens_consumidas_total', 'fila, tipo', `{service="${service}"}`), '{{fila}} {{tipo}}']],
  },
  {
    titulo: 'O efeito de 99 em 100 mensagens leva até',
    unidade: 's',
    exemplos: true,
    perguntas: [[p99('mensagens_duracao_segundos', 'fila', `{service="${service}"}`), '{{fila}}']],
  },
];

export const paineis: readonly Painel[] = [
  {
    uid: 'visao-geral',
    titulo: 'Visão geral',
    quadros: [
      {
        titulo: 'Pedidos por segundo',
        unidade: 'reqps',
        perguntas: [[taxa('http_request_duration_seconds_count', 'service'), '{{service}}']],
      },
      {
        titulo: 'Latência: 95 em 100 até',
        unidade: 's',
        exemplos: true,
        perguntas: [
          [
            'histogram_quantile(0.95, sum by (le, service) (rate(http_request_duration_seconds_bucket[$__rate_interval])))',
            '{{service}}',
          ],
        ],
      },
      {
        titulo: 'Parte dos pedidos com erro nosso',
        unidade: 'percentunit',
        perguntas: [
          [
            'sum by (service) (rate(http_request_duration_seconds_count{status_code=~"5.."}[$__rate_interval])) / sum by (service) (rate(http_request_duration_seconds_count[$__rate_interval]))',
            '{{service}}',
          ],
        ],
        quieto: true,
      },
      {
        titulo: 'Reservas criadas por hora',
        unidade: 'short',
        perguntas: [['sum by (forma) (increase(reservas_criadas_total[1h]))', '{{forma}}']],
      },
      {
        titulo: 'Processos no ar',
        unidade: 'short',
        tipo: 'stat',
        perguntas: [['sum(up{job="plataforma"})', 'no ar']],
      },
      {
        titulo: 'Alertas',
        unidade: 'short',
        tipo: 'table',
        perguntas: [['ALERTS{alertstate="firing"}', '{{alertname}}']],
        quieto: true,
      },
    ],
  },
  {
    uid: 'negocio',
    titulo: 'Negócio',
    quadros: [
      {
        titulo: 'Reservas abertas, por estado',
        unidade: 'short',
        perguntas: [['max by (status) (reservas_abertas)', '{{status}}']],
      },
      {
        titulo: 'De retida a paga',
        unidade: 'percentunit',
        perguntas: [
          [
            'sum(increase(reservas_desfechos_total{status="CONFIRMADA"}[1h])) / sum(increase(reservas_criadas_total[1h]))',
            'confirmadas ÷ criadas',
          ],
        ],
      },
      {
        titulo: 'Receita por hora',
        unidade: 'currencyBRL',
        perguntas: [
          ['sum by (moeda) (increase(pagamentos_capturado_centavos_total[1h])) / 100', 'capturado'],
          ['sum by (moeda) (increase(pagamentos_estornado_centavos_total[1h])) / 100', 'estornado'],
        ],
      },
      {
        titulo: 'Ocupação das próximas 24 h',
        unidade: 'percentunit',
        perguntas: [['max by (origem) (reservas_ocupacao_24h_razao)', '{{origem}}']],
      },
      { titulo: 'Na fila de espera', unidade: 'short', perguntas: [['max(fila_de_espera_pedidos)', 'pedidos']] },
      {
        titulo: 'Quem espera há mais tempo',
        unidade: 's',
        perguntas: [['max(fila_de_espera_mais_antigo_segundos)', 'espera']],
      },
    ],
  },
  {
    uid: 'reservas',
    titulo: 'Reservas',
    quadros: [
      ...red('reservas', 'reservas'),
      ...filas('reservas'),
      {
        titulo: 'Do pagamento à confirmação: 99 em 100 até',
        unidade: 's',
        exemplos: true,
        perguntas: [
          [
            'histogram_quantile(0.99, sum by (le) (rate(reservas_confirmacao_segundos_bucket[$__rate_interval])))',
            'confirmação',
          ],
        ],
      },
      {
        titulo: 'Estados a que chegam, por hora',
        unidade: 'short',
        perguntas: [['sum by (status) (increase(reservas_desfechos_total[1h]))', '{{status}}']],
      },
      {
        titulo: 'Sagas em andamento, por passo',
        unidade: 'short',
        perguntas: [['max by (saga, passo) (saga_em_andamento)', '{{saga}} {{passo}}']],
      },
      {
        titulo: 'Passos a que sagas chegam',
        unidade: 'ops',
        perguntas: [[taxa('saga_passos_total', 'saga, passo'), '{{saga}} {{passo}}']],
      },
      {
        titulo: 'Sagas além do prazo',
        unidade: 's',
        perguntas: [['max by (saga, passo) (saga_prazo_excedido_segundos)', '{{saga}} {{passo}}']],
      },
      {
        titulo: 'Prazos vencidos',
        unidade: 'ops',
        perguntas: [[taxa('saga_prazos_vencidos_total', 'saga'), '{{saga}}']],
      },
      {
        titulo: 'Conferências com o provedor',
        unidade: 'ops',
        perguntas: [[taxa('reservas_conferencias_total', 'desfecho'), '{{desfecho}}']],
      },
    ],
  },
  {
    uid: 'pagamentos',
    titulo: 'Pagamentos',
    quadros: [
      ...red('pagamentos', 'pagamentos'),
      ...filas('pagamentos'),
      {
        titulo: 'Webhooks, por destino',
        unidade: 'ops',
        perguntas: [[taxa('webhooks_processados_total', 'tipo, destino'), '{{tipo}} {{destino}}']],
      },
      {
        titulo: 'Webhooks sem efeito',
        unidade: 'short',
        perguntas: [['max by (estado) (webhooks_por_fazer)', '{{estado}}']],
      },
      {
        titulo: 'O webhook mais antigo',
        unidade: 's',
        perguntas: [['max by (estado) (webhooks_mais_antigo_segundos)', '{{estado}}']],
      },
      {
        titulo: 'Diferenças em aberto',
        unidade: 'short',
        perguntas: [['max by (tipo) (pagamentos_divergencias)', '{{tipo}}']],
      },
      {
        titulo: 'Diferenças reparadas',
        unidade: 'ops',
        perguntas: [[taxa('pagamentos_divergencias_reparadas_total', 'tipo'), '{{tipo}}']],
        quieto: true,
      },
      {
        titulo: 'Estornos pendentes, por idade',
        unidade: 'short',
        perguntas: [['max by (idade) (pagamentos_estornos_pendentes)', '{{idade}}']],
      },
    ],
  },
  {
    uid: 'notificacoes',
    titulo: 'Notificações',
    quadros: [
      ...red('notificações', 'notificacoes'),
      ...filas('notificacoes'),
      {
        titulo: 'Avisos, por canal e desfecho',
        unidade: 'ops',
        perguntas: [[taxa('notificacoes_envios_total', 'canal, desfecho'), '{{canal}} {{desfecho}}']],
      },
      {
        titulo: 'Do fato ao aviso: 99 em 100 até',
        unidade: 's',
        exemplos: true,
        perguntas: [[p99('notificacoes_evento_ate_entrega_segundos', 'canal'), '{{canal}}']],
      },
      {
        titulo: 'O que provedores contam',
        unidade: 'ops',
        perguntas: [[taxa('notificacoes_relatos_total', 'canal, situacao'), '{{canal}} {{situacao}}']],
        quieto: true,
      },
      {
        titulo: 'Webhooks de saída',
        unidade: 'ops',
        perguntas: [[taxa('ganchos_tentativas_total', 'resultado'), '{{resultado}}']],
        quieto: true,
      },
    ],
  },
  {
    uid: 'auth',
    titulo: 'Auth',
    quadros: [
      ...red('auth', 'auth'),
      {
        titulo: 'Sem ouvir revogações há',
        unidade: 's',
        perguntas: [['max by (service) (revogacoes_sem_ouvir_segundos)', '{{service}}']],
      },
    ],
  },
  {
    uid: 'bffs',
    titulo: 'BFFs',
    quadros: [
      ...red('BFFs', 'bff-.*'),
      {
        titulo: 'Chamadas a serviços: 99 em 100 até',
        unidade: 's',
        exemplos: true,
        perguntas: [[p99('upstream_request_duration_seconds', 'upstream'), '{{upstream}}']],
      },
      {
        titulo: 'Como acabam',
        unidade: 'reqps',
        perguntas: [[taxa('upstream_request_duration_seconds_count', 'upstream, outcome'), '{{upstream}} {{outcome}}']],
      },
      {
        titulo: 'Fluxos de eventos abertos',
        unidade: 'short',
        perguntas: [['sum by (service) (aovivo_fluxos)', '{{service}}']],
      },
      {
        titulo: 'Fluxos que acabaram, por motivo',
        unidade: 'ops',
        perguntas: [[taxa('aovivo_encerrados_total', 'motivo'), '{{motivo}}']],
        quieto: true,
      },
    ],
  },
  {
    // Only where there is a Kong is there anything to be seen: in Compose and in the cluster.
    uid: 'gateway',
    titulo: 'Gateway',
    quadros: [
      {
        titulo: 'Gateway: pedidos por rota',
        unidade: 'reqps',
        perguntas: [[taxa('kong_http_requests_total', 'route'), '{{route}}']],
        quieto: true,
      },
      {
        titulo: 'Gateway: pedidos por código',
        unidade: 'reqps',
        perguntas: [[taxa('kong_http_requests_total', 'code'), '{{code}}']],
        quieto: true,
      },
      {
        titulo: 'Gateway: 99 em 100 pedidos levam até',
        unidade: 'ms',
        exemplos: true,
        perguntas: [
          [p99('kong_request_latency_ms', 'service'), '{{service}}: tudo'],
          [p99('kong_upstream_latency_ms', 'service'), '{{service}}: o que está atrás'],
          [p99('kong_kong_latency_ms', 'service'), '{{service}}: o Kong'],
        ],
        quieto: true,
      },
      {
        titulo: 'Gateway: bytes por direção',
        unidade: 'bytes',
        perguntas: [[taxa('kong_bandwidth_bytes', 'direction'), '{{direction}}']],
        quieto: true,
      },
      {
        titulo: 'Gateway: conexões',
        unidade: 'short',
        perguntas: [['sum by (state) (kong_nginx_connections_total)', '{{state}}']],
        quieto: true,
      },
    ],
  },
  {
    uid: 'mensageria',
    titulo: 'Mensageria',
    quadros: [
      {
        titulo: 'Mensagens nas filas',
        unidade: 'short',
        perguntas: [['max by (queue) (rabbitmq_detailed_queue_messages)', '{{queue}}']],
      },
      {
        titulo: 'Consumidores',
        unidade: 'short',
        perguntas: [['min by (queue) (rabbitmq_detailed_queue_consumers)', '{{queue}}']],
      },
      {
        titulo: 'Atraso da outbox',
        unidade: 's',
        perguntas: [['max by (service) (outbox_atraso_segundos)', '{{service}}']],
      },
      {
        titulo: 'Publicadas e recusadas',
        unidade: 'ops',
        perguntas: [
          [taxa('mensagens_publicadas_total', 'service'), '{{service}}'],
          [taxa('mensagens_publicacao_falhas_total', 'service'), '{{service}} recusadas'],
        ],
      },
      {
        titulo: 'Retentadas',
        unidade: 'ops',
        perguntas: [[taxa('mensagens_retentadas_total', 'fila'), '{{fila}}']],
        quieto: true,
      },
      {
        titulo: 'Mortas, e à espera de outra versão',
        unidade: 'short',
        perguntas: [['sum by (fila, causa) (increase(mensagens_mortas_total[1h]))', '{{fila}} {{causa}}']],
        quieto: true,
      },
      {
        titulo: 'À espera de uma versão que as conheça',
        unidade: 'short',
        perguntas: [['max by (fila) (mensagens_futuras)', '{{fila}}']],
      },
      {
        titulo: 'Que a DLQ recusou',
        unidade: 'short',
        perguntas: [['sum by (fila) (increase(mensagens_dlq_falhas_total[1h]))', '{{fila}}']],
        quieto: true,
      },
      {
        titulo: 'Memória do RabbitMQ, do limite',
        unidade: 'percentunit',
        perguntas: [['rabbitmq_process_resident_memory_bytes / rabbitmq_resident_memory_limit_bytes', 'memória']],
      },
      {
        titulo: 'Disco do RabbitMQ',
        unidade: 'bytes',
        perguntas: [
          ['rabbitmq_disk_space_available_bytes', 'livre'],
          ['rabbitmq_disk_space_available_limit_bytes', 'limite'],
        ],
      },
      {
        titulo: 'Conexões e canais',
        unidade: 'short',
        perguntas: [
          ['sum(rabbitmq_connections)', 'conexões'],
          ['sum(rabbitmq_channels)', 'canais'],
        ],
      },
    ],
  },
  {
    uid: 'trabalhos',
    titulo: 'Trabalhos de fundo',
    quadros: [
      {
        titulo: 'Devidos',
        unidade: 'short',
        perguntas: [['max by (service, trabalho) (trabalhos_itens_devidos)', '{{service}} {{trabalho}}']],
      },
      {
        titulo: 'O mais antigo',
        unidade: 's',
        perguntas: [['max by (service, trabalho) (trabalhos_item_mais_antigo_segundos)', '{{service}} {{trabalho}}']],
      },
      {
        titulo: 'Parados: alguém tem de olhar',
        unidade: 'short',
        perguntas: [['max by (service, trabalho) (trabalhos_itens_parados)', '{{service}} {{trabalho}}']],
      },
      {
        titulo: 'Em curso',
        unidade: 'short',
        perguntas: [['sum by (service, trabalho) (trabalhos_itens_em_curso)', '{{service}} {{trabalho}}']],
      },
      {
        titulo: 'Falhas',
        unidade: 'ops',
        perguntas: [
          [taxa('trabalhos_itens_falhas_total', 'service, trabalho, motivo'), '{{service}} {{trabalho}} {{motivo}}'],
        ],
        quieto: true,
      },
      {
        titulo: 'Adiados',
        unidade: 'ops',
        perguntas: [[taxa('trabalhos_itens_adiados_total', 'trabalho, motivo'), '{{trabalho}} {{motivo}}']],
        quieto: true,
      },
      {
        titulo: 'Rodadas',
        unidade: 'ops',
        perguntas: [
          [taxa('trabalhos_rodadas_total', 'service, trabalho, resultado'), '{{service}} {{trabalho}} {{resultado}}'],
        ],
      },
      {
        titulo: 'Última rodada há',
        unidade: 's',
        perguntas: [
          [
            'time() - max by (service, trabalho) (trabalhos_ultima_rodada_timestamp_segundos)',
            '{{service}} {{trabalho}}',
          ],
        ],
      },
      {
        titulo: 'Último item há',
        unidade: 's',
        perguntas: [
          [
            'time() - max by (service, trabalho) (trabalhos_ultimo_item_timestamp_segundos)',
            '{{service}} {{trabalho}}',
          ],
        ],
      },
      {
        titulo: 'Linhas expurgadas',
        unidade: 'ops',
        perguntas: [[taxa('expurgo_linhas_total', 'service, regra'), '{{service}} {{regra}}']],
        quieto: true,
      },
    ],
  },
  {
    uid: 'postgresql',
    titulo: 'PostgreSQL',
    quadros: [
      {
        titulo: 'Conexões, por estado',
        unidade: 'short',
        perguntas: [['sum by (service, estado) (banco_conexoes)', '{{service}} {{estado}}']],
      },
      {
        titulo: 'Do limite, em uso',
        unidade: 'percentunit',
        perguntas: [
          [
            'sum by (service) (banco_conexoes{estado="em-uso"}) / sum by (service) (banco_conexoes{estado="limite"})',
            '{{service}}',
          ],
        ],
      },
    ],
  },
  {
    uid: 'redis',
    titulo: 'Redis',
    quadros: [
      {
        titulo: 'Sem ouvir dele há',
        unidade: 's',
        perguntas: [['max by (service) (revogacoes_sem_ouvir_segundos)', '{{service}}']],
      },
      { titulo: 'Cache aquecido', unidade: 'bool', tipo: 'stat', perguntas: [['min(cache_aquecido)', 'aquecido']] },
    ],
  },
  {
    uid: 'node',
    titulo: 'Node',
    quadros: [
      {
        titulo: 'Atraso do laço de eventos (99 em 100)',
        unidade: 's',
        perguntas: [['max by (service) (nodejs_eventloop_lag_p99_seconds)', '{{service}}']],
      },
      {
        titulo: 'CPU',
        unidade: 'percentunit',
        perguntas: [['rate(process_cpu_seconds_total{job="plataforma"}[$__rate_interval])', '{{service}}']],
      },
      {
        titulo: 'Memória residente',
        unidade: 'bytes',
        perguntas: [['max by (service) (process_resident_memory_bytes{job="plataforma"})', '{{service}}']],
      },
      {
        titulo: 'Heap em uso',
        unidade: 'bytes',
        perguntas: [['max by (service) (nodejs_heap_size_used_bytes)', '{{service}}']],
      },
      {
        titulo: 'Coleta de lixo',
        unidade: 'percentunit',
        perguntas: [['sum by (service) (rate(nodejs_gc_duration_seconds_sum[$__rate_interval]))', '{{service}}']],
      },
      {
        titulo: 'Arquivos abertos',
        unidade: 'short',
        perguntas: [['max by (service) (process_open_fds{job="plataforma"})', '{{service}}']],
      },
    ],
  },
  {
    uid: 'slos',
    titulo: 'Objetivos (SLOs)',
    quadros: [
      { titulo: 'Parte ruim da última hora', unidade: 'percentunit', perguntas: [['slo_erros_razao_1h', '{{slo}}']] },
      {
        titulo: 'Parte ruim dos últimos três dias',
        unidade: 'percentunit',
        perguntas: [['slo_erros_razao_3d', '{{slo}}']],
      },
      {
        titulo: 'Pedidos da busca: quanto levam',
        unidade: 's',
        exemplos: true,
        perguntas: [[p99('http_request_duration_seconds', 'route', '{service="bff-web"}'), '{{route}}']],
      },
      {
        titulo: 'Diferenças (zero, sempre)',
        unidade: 'short',
        tipo: 'stat',
        perguntas: [['max(pagamentos_divergencias)', 'diferenças']],
      },
    ],
  },
];

const PROMETHEUS = { type: 'prometheus', uid: 'prometheus' };
const WIDTH = 12;
const HEIGHT = 8;

function panel({ titulo, unidade, perguntas, tipo = 'timeseries', exemplos = false }: Quadro, index: number) {
  return {
    id: index + 1,
    title: titulo,
    type: tipo,
    datasource: PROMETHEUS,
    gridPos: { h: HEIGHT, w: WIDTH, x: (index % 2) * WIDTH, y: Math.floor(index / 2) * HEIGHT },
    fieldConfig: { defaults: { unit: unidade, min: 0 }, overrides: [] },
    options:
      tipo === 'timeseries' ? { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi' } } : {},
    targets: perguntas.map(([expr, legendFormat], n) => ({
      refId: String.fromCharCode(65 + n),
      datasource: PROMETHEUS,
      expr,
      legendFormat,
      exemplar: exemplos,
      ...(tipo === 'table' && { format: 'table', instant: true }),
    })),
  };
}

const dashboard = ({ uid, titulo, quadros }: Painel) => ({
  uid,
  title: titulo,
  tags: ['plataforma-de-reservas'],
  timezone: 'browser',
  editable: false,
  schemaVersion: 39,
  refresh: '30s',
  time: { from: 'now-3h', to: 'now' },
  links: [{ type: 'dashboards', title: 'Painéis', tags: ['plataforma-de-reservas'], asDropdown: true, keepTime: true }],
  annotations: {
    list: [
      {
        name: 'Alertas',
        datasource: PROMETHEUS,
        enable: true,
        iconColor: 'red',
        expr: 'ALERTS{alertstate="firing"}',
        titleFormat: '{{alertname}}',
      },
    ],
  },
  panels: quadros.map(panel),
});

/** Every dashboard by its path from the root. */
export const dashboardFiles = (): [string, string][] =>
  paineis.map((painel) => [
    `infra/observability/grafana/paineis/${painel.uid}.json`,
    `${JSON.stringify(dashboard(painel), undefined, 2)}\n`,
  ]);
