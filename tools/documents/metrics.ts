import { type LabelBound, metricCatalogue, processDefinitions } from '@plataforma/platform';

/** What servers tell of themselves and rules or panels ask for: theirs to name, and ours to know. */
export const metricsOfServers: Readonly<Record<string, string>> = {
  up: 'Se o Prometheus alcançou o processo: 1 ou 0',
  ALERTS: 'Os alertas que o Prometheus avalia, por estado',
  rabbitmq_detailed_queue_messages: 'Mensagens em cada fila (RabbitMQ)',
  rabbitmq_detailed_queue_messages_ready: 'Mensagens de cada fila que ninguém tomou (RabbitMQ)',
  rabbitmq_detailed_queue_messages_unacked: 'Mensagens de cada fila tomadas e não confirmadas (RabbitMQ)',
  rabbitmq_detailed_queue_consumers: 'Consumidores de cada fila (RabbitMQ)',
  rabbitmq_process_resident_memory_bytes: 'Memória do RabbitMQ',
  rabbitmq_resident_memory_limit_bytes: 'Memória a partir da qual o RabbitMQ recusa publicações',
  rabbitmq_disk_space_available_bytes: 'Disco que resta ao RabbitMQ',
  rabbitmq_disk_space_available_limit_bytes: 'Disco abaixo do qual o RabbitMQ recusa publicações',
  rabbitmq_connections: 'Conexões abertas no RabbitMQ',
  rabbitmq_channels: 'Canais abertos no RabbitMQ',
  kong_http_requests_total: 'Pedidos que o Kong respondeu, por rota e código',
  kong_request_latency_ms: 'Quanto cada pedido levou no Kong e atrás dele, em ms',
  kong_upstream_latency_ms: 'Quanto levou o que está atrás do Kong, em ms',
  kong_kong_latency_ms: 'Quanto levou o próprio Kong, em ms',
  kong_bandwidth_bytes: 'Bytes que passaram pelo Kong, por rota e direção',
  kong_nginx_connections_total: 'Conexões do Kong, por estado',
};

const cell = (text: string): string => text.replaceAll('|', '\\|');

function labels(bounds: Readonly<Record<string, LabelBound>>): string {
  const told = Object.entries(bounds).map(([label, { max, what, values }]) =>
    values ? `\`${label}\`: ${values.join(', ')}` : `\`${label}\`: ${what} (até ${max})`,
  );
  return told.join('; ') || 'nenhum';
}

/** Every metric of the platform, from what registers it. */
export function metricsDocument(): string {
  return [
    '# Métricas\n',
    'Gerado por `npm run generate` do [catálogo](../../libs/platform/src/metrics.ts) por que toda métrica é registrada: uma que não está nele não existe. Cada processo as diz em `/metrics` (OpenMetrics, só para dentro), com o rótulo `service` em todas; as de um serviço, só ele. Os histogramas lembram, em cada faixa, o rastro do que viram por último. `e2e/observabilidade.e2e.spec.ts` confere com isto o que processos em execução de fato dizem, e as regras e os painéis de `infra/observability` só perguntam pelo que está aqui.\n',
    '## Da plataforma\n',
    '| métrica | tipo | unidade | de quem | rótulos e os seus valores | o que diz |',
    '| --- | --- | --- | --- | --- | --- |',
    ...metricCatalogue.map(
      ({ name, type, unit, owner, labels: bounds, help }) =>
        `| \`${name}\` | ${type} | ${unit} | ${owner} | ${cell(labels(bounds))} | ${cell(help)} |`,
    ),
    '\n## Do processo (prom-client)\n',
    '| métrica | tipo | o que diz |',
    '| --- | --- | --- |',
    ...processDefinitions().map(({ name, type, help }) => `| \`${name}\` | ${type} | ${cell(help)} |`),
    '\n## Dos servidores\n',
    'As que as regras e os painéis usam do Prometheus, do Kong e do RabbitMQ (`/metrics/detailed`).\n',
    '| métrica | o que diz |',
    '| --- | --- |',
    ...Object.entries(metricsOfServers).map(([name, help]) => `| \`${name}\` | ${help} |`),
    '',
  ].join('\n');
}
