import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type MetricDefinition, metricCatalogue, processDefinitions } from '@plataforma/platform';
import { eventually, freePort } from '@plataforma/testing';
import { apps } from '../tools/apps.ts';
import { Person } from '../tools/demo/client.ts';
import { stories } from '../tools/demo/stories.ts';
import { paineis } from '../tools/observability/paineis.ts';
import { obstaculo } from '../tools/observability/programas.ts';
import { type Servidor, startPrometheus } from '../tools/observability/servidores.ts';
import { Coletor, type Span } from './coletor.ts';
import { E2ePlatform } from './platform.ts';

/** Whoever tells metrics, and traces: the emulator is nobody of ours. */
const ours = apps.filter(({ kind }) => kind !== 'emulator').map(({ name }) => name);
const SPANS_MS = 60_000;

let coletor: Coletor;
let platform: E2ePlatform;

beforeAll(async () => {
  coletor = await Coletor.start();
  platform = await E2ePlatform.start({
    settings: { OTEL_EXPORTER_OTLP_ENDPOINT: coletor.url, OTEL_BSP_SCHEDULE_DELAY: '200', LOG_LEVEL: 'debug' },
  });
});

afterAll(async () => {
  await platform?.stop();
  await coletor?.stop();
});

const nameOf = ({ service, name }: Span): string => `${service} ${name}`;

/** Whether `steps` are met on the way from `span` back to where it began, in this order, with whatever between them. */
function follows(span: Span, steps: readonly string[]): boolean {
  let met = 0;
  for (const one of coletor.lineage(span)) if (nameOf(one) === steps[met]) met++;
  return met === steps.length;
}

/** The span about a booking that is named as the first of `steps` and follows from the others. @throws Error when none comes */
const spanThat = (reservaId: string, ...steps: string[]): Promise<Span> =>
  eventually(
    () =>
      [...coletor.spans.values()].find(
        (span) =>
          nameOf(span) === steps[0] &&
          coletor.lineage(span).some(({ attributes }) => attributes['reserva.id'] === reservaId) &&
          follows(span, steps),
      ),
    SPANS_MS,
  );

const BOOKED = ['reservas POST /v1/reservas', 'bff-web POST', 'bff-web POST /v1/reservas'];

describe('os rastros das histórias da demonstração', () => {
  it.each(stories)('%s', async (_titulo, story) => {
    await story(platform.state, () => undefined);
  });

  it('o que se diz, se pede e se faz de uma reserva tem a sua origem no pedido de alguém a um BFF', async () => {
    const astray = () => {
      const about = [...coletor.spans.values()].filter(({ attributes }) => attributes['reserva.id'] !== undefined);
      expect(about.length).toBeGreaterThan(100);
      return about
        .map((span) => coletor.lineage(span).at(-1) ?? span)
        .filter(({ service, parentSpanId }) => parentSpanId || !service.startsWith('bff-'))
        .map(nameOf);
    };
    // The last ones may still be under way.
    await eventually(() => astray().length === 0, SPANS_MS).catch(() => expect(astray()).toEqual([]));
  });
});

describe('uma reserva paga', () => {
  let pessoa: Person;
  let reservaId: string;

  beforeAll(async () => {
    pessoa = await Person.register(platform.state, 'Zulmira');
    const espaco = await pessoa.findSpace('Sala Ipê');
    reservaId = (await pessoa.book(await pessoa.freeSlot(espaco.id, 60))).id;
    await pessoa.pay(reservaId, 'pm_card_visa');
    await pessoa.until(reservaId, 'o aviso', ({ notificacoes }) =>
      notificacoes.some(({ tipo, estado }) => tipo === 'RESERVA_CONFIRMADA' && estado === 'ENVIADA'),
    );
  });

  it('é um rastro só: do pedido ao provedor, pelas filas', async () => {
    const cobranca = ['pagamentos trabalho cobranças', ...BOOKED];
    await spanThat(
      reservaId,
      'pagamentos pagamentos.comandos process',
      'reservas publish reservas.commands',
      ...BOOKED,
    );
    await spanThat(reservaId, 'pagamentos POST', ...cobranca);
    await spanThat(reservaId, 'reservas reservas.saga process', 'pagamentos publish reservas.events', ...cobranca);
  });

  it('e do provedor ao aviso: o webhook é de outro rastro, e um elo leva até ele', async () => {
    const webhook = ['pagamentos trabalho webhooks', 'pagamentos trabalho cobranças', ...BOOKED];
    const span = await spanThat(reservaId, ...webhook);
    expect(span.links.map(({ spanId }) => coletor.spans.get(spanId)?.service)).toContain('pagamentos');
    await eventually(
      () =>
        span.links.some(({ spanId }) =>
          coletor.lineage(coletor.spans.get(spanId) ?? span).some(({ name }) => name === 'POST /webhooks/stripe'),
        ),
      SPANS_MS,
    );
    await spanThat(reservaId, 'reservas reservas.saga process', 'pagamentos publish reservas.events', ...webhook);
    await spanThat(
      reservaId,
      'notificacoes trabalho envio por EMAIL',
      'pagamentos publish reservas.events',
      ...webhook,
    );
  });

  it('segue no mesmo rastro o que um processo novo faz, quando o de antes morreu', async () => {
    const outra = await pessoa.book(await pessoa.freeSlot((await pessoa.findSpace('Sala Ipê')).id, 60));
    await spanThat(outra.id, 'pagamentos trabalho cobranças', ...BOOKED);
    await platform.restart('pagamentos');
    await pessoa.pay(outra.id, 'pm_card_visa');
    await spanThat(outra.id, 'reservas reservas.saga process', 'pagamentos trabalho webhooks', ...BOOKED);
  });

  it('nem rastros nem registros dizem de quem é, de onde veio, ou com que pagou', async () => {
    const said = [...coletor.received, ...ours.map((name) => platform.logOf(name))].join('\n');
    expect(said).toContain(reservaId);
    // Names, addresses, passwords and tokens of everybody in the stories, and of this one.
    for (const theirs of [
      /@demo\.local/,
      /Zulmira/,
      /demonstração \w{8}-/,
      /eyJ[\w-]{20,}\./,
      /pi_\w+_secret_\w/,
      /4242 ?4242/,
    ])
      expect(said.match(theirs)?.[0]).toBeUndefined();
    expect(coletor.received.join('\n')).not.toMatch(
      /"key":"(client\.address|user_agent\.original|exception\.message)"/,
    );
    // Nothing is told twice.
    expect([...coletor.others]).toEqual([]);
  });

  it('cada linha de registro de um pedido tem o seu rastro, o serviço e a versão', () => {
    const lines = ours.flatMap((name) =>
      platform
        .logOf(name)
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    );
    expect(lines.filter(({ service, version, timestamp }) => !service || !version || !timestamp)).toEqual([]);
    const ofRequests = lines.filter(({ correlationId }) => correlationId !== undefined);
    expect(ofRequests.filter(({ traceId, spanId }) => !traceId || !spanId)).toEqual([]);
  });
});

describe('as métricas de processos em execução', () => {
  interface Family {
    readonly type: string;
    readonly samples: Record<string, string>[];
  }

  async function told(app: string): Promise<Map<string, Family>> {
    const answer = await fetch(`${platform.state.apps[app]}/metrics`);
    expect(answer.headers.get('content-type')).toContain('application/openmetrics-text; version=1.0.0');
    const families = new Map<string, Family>();
    let samples: Record<string, string>[] = [];
    for (const line of (await answer.text()).split('\n')) {
      const [, name = '', type = ''] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
      if (name) families.set(type === 'counter' ? `${name}_total` : name, { type, samples: (samples = []) });
      if (!line.startsWith('#') && line)
        samples.push(
          Object.fromEntries(
            [...(line.split(' # ')[0] ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, k = '', v = '']) => [k, v]),
          ),
        );
    }
    return families;
  }

  const mine = (app: string): MetricDefinition[] =>
    metricCatalogue.filter(({ owner }) => owner === 'plataforma' || owner === app);

  it.each(ours)('%s diz o que o catálogo promete, e nada além', async (app) => {
    const families = await told(app);
    const known = new Set([...mine(app), ...processDefinitions()].map(({ name }) => name));
    expect([...families.keys()].filter((name) => !known.has(name))).toEqual([]);
    for (const { name, type, labels } of mine(app)) {
      const family = families.get(name);
      expect({ name, type: family?.type }).toEqual({ name, type });
      for (const sample of family?.samples ?? [])
        expect(
          Object.keys(sample).filter((label) => !['service', 'le', ...Object.keys(labels)].includes(label)),
        ).toEqual([]);
      for (const [label, { max, values }] of Object.entries(labels)) {
        const seen = [...new Set(family?.samples.flatMap((sample) => sample[label] ?? []))];
        expect({ name, label, demais: seen.length > max }).toEqual({ name, label, demais: false });
        if (values) expect({ name, fora: seen.filter((value) => !values.includes(value)) }).toEqual({ name, fora: [] });
      }
    }
  });

  it('o negócio, as sagas e o dinheiro foram contados', async () => {
    const reservas = await (await fetch(`${platform.state.apps['reservas']}/metrics`)).text();
    expect(reservas).toMatch(/^reservas_desfechos_total\{status="CONFIRMADA".*\} [1-9]/m);
    expect(reservas).toMatch(/^reservas_confirmacao_segundos_count\{.*\} [1-9]/m);
    expect(reservas).toMatch(/^saga_passos_total\{saga="reserva",passo="CONFIRMADA".*\} [1-9]/m);
    expect(reservas).toMatch(/^reservas_abertas\{status="CONFIRMADA".*\} \d/m);
    expect(reservas).toMatch(/^banco_conexoes\{estado="limite".*\} [1-9]/m);
    const pagamentos = await (await fetch(`${platform.state.apps['pagamentos']}/metrics`)).text();
    expect(pagamentos).toMatch(/^pagamentos_capturado_centavos_total\{moeda="BRL".*\} [1-9]/m);
    expect(pagamentos).toMatch(/^webhooks_por_fazer\{estado="PENDENTE".*\} \d/m);
  });

  it('um exemplo de uma faixa de um histograma leva a um rastro que foi mandado', async () => {
    const body = await (await fetch(`${platform.state.apps['reservas']}/metrics`)).text();
    const ids = [...body.matchAll(/^http_request_duration_seconds_bucket.* # \{trace_id="(\w{32})"\}/gm)].map(
      ([, id]) => id,
    );
    expect(ids.length).toBeGreaterThan(3);
    await eventually(() => {
      const sent = new Set([...coletor.spans.values()].map(({ traceId }) => traceId));
      return ids.every((id) => id !== undefined && sent.has(id));
    }, SPANS_MS);
  });
});

const missing = await obstaculo();
if (missing !== undefined) process.emitWarning(`Os painéis não foram perguntados a um Prometheus: ${missing}`);

(missing === undefined ? describe : describe.skip)('com um Prometheus diante da plataforma', () => {
  const folder = mkdtempSync(join(tmpdir(), 'prometheus-'));
  let prometheus: Servidor;

  beforeAll(async () => {
    // The management's neighbour, as the servers of an instance have it.
    const management = new URL(platform.state.servers.rabbitmqManagement);
    prometheus = await startPrometheus({
      folder,
      port: await freePort(),
      apps: Object.fromEntries(ours.map((name) => [name, platform.state.apps[name] ?? ''])),
      rabbitmq: Number(management.port) + 1,
      vhost: new URL(platform.state.servers.rabbitmq).pathname.slice(1),
      everySeconds: 1,
    });
  });
  afterAll(async () => {
    await prometheus?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function ask<T>(path: string, query: Record<string, string> = {}): Promise<T> {
    const answer = await fetch(`${prometheus.url}/api/v1/${path}?${new URLSearchParams(query).toString()}`);
    const { data, error } = (await answer.json()) as { data: T; error?: string };
    if (error !== undefined) throw new Error(error);
    return data;
  }
  const series = async (expr: string): Promise<number> =>
    (await ask<{ result: unknown[] }>('query', { query: expr.replaceAll('$__rate_interval', '30s') })).result.length;

  it('todos os alvos respondem no formato que ele lê', async () => {
    await eventually(async () => {
      const { activeTargets } = await ask<{ activeTargets: { health: string }[] }>('targets');
      return activeTargets.length === ours.length + 2 && activeTargets.every(({ health }) => health === 'up');
    }, SPANS_MS);
  });

  it.each(
    paineis.flatMap(({ titulo, quadros }) =>
      quadros.map((quadro) => ({ onde: `${titulo}: ${quadro.titulo}`, quadro })),
    ),
  )('o quadro $onde tem resposta', async ({ quadro: { perguntas, quieto } }) => {
    const answers = () => Promise.all(perguntas.map(([expr]) => series(expr)));
    // Of what only goes wrong there is nothing to be told here: that the question is one is what is proven.
    if (quieto) await answers();
    else await eventually(async () => (await answers()).some((found) => found > 0), SPANS_MS);
  });

  it('nada do que acorda alguém dispara numa plataforma que vai bem', async () => {
    const { alerts } = await ask<{ alerts: { state: string; labels: Record<string, string> }[] }>('alerts');
    expect(alerts.filter(({ state, labels }) => state === 'firing' && labels['severidade'] === 'pagina')).toEqual([]);
  });

  it('guarda os exemplos, que levam da latência a um rastro', async () => {
    const end = new Date();
    await eventually(
      async () =>
        (
          await ask<{ exemplars: { labels: { trace_id?: string } }[] }[]>('query_exemplars', {
            query: 'http_request_duration_seconds_bucket',
            start: new Date(end.getTime() - 3_600_000).toISOString(),
            end: new Date().toISOString(),
          })
        ).some(({ exemplars }) => exemplars.some(({ labels }) => /^\w{32}$/.test(labels.trace_id ?? ''))),
      SPANS_MS,
    );
  });
});
