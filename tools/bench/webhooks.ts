import { createHmac, randomUUID } from 'node:crypto';
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createHistogram } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import pg from 'pg';
import { apps, type App } from '../apps.ts';
import { root } from '../cli/paths.ts';
import { launchApp, waitUntilReady } from '../platform/app-processes.ts';
import { settingsFor } from '../platform/settings.ts';
import type { Place } from './availability.ts';
import { type Spread, spreadOf } from './figures.ts';

const rounds = 5;
const eventsPerBurst = 500;
const concurrency = 16;
/** Events per second of the open loop by which the time to effect is measured: well below what can be processed. */
const steadyRate = 20;
const steadyEvents = 150;
const warmUpEvents = 300;
const pollMs = 2;
/** While a burst is worked off: looking at it must not be what the server is busy with. */
const burstPollMs = 50;
const drainWithinMs = 60_000;
const stopWithinMs = 13_000;

export interface WebhookFigures {
  /** Signed events answered 200, that is stored durably, per second, by so many senders at once. */
  storedPerSecond: Spread;
  concurrency: number;
  /** Of the same burst: events that had their effect, per second, until none was left. */
  appliedPerSecond: Spread;
  /** From POST to committed effect at a steady rate, microseconds, of the rounds. */
  toEffectP50: Spread;
  toEffectP99: Spread;
  steadyRate: number;
}

/** A pagamentos of its own, with charges that wait for their capture to be told. */
interface Target {
  url: string;
  secret: string;
  client: pg.Client;
  agent: Agent;
}

interface Event {
  id: string;
  body: string;
}

/**
 * How many captures a second the webhook endpoint stores, and how long until one has its effect: ledger, event and
 * receipt committed. Every event is signed, and about a charge of its own.
 */
export async function measureWebhooks(place: Place): Promise<WebhookFigures> {
  const { TestDatabase } = await import('@plataforma/testing');
  const { messagingMigrations } = await import('@plataforma/messaging');
  const { platformMigrations } = await import('@plataforma/platform');
  const { servers, portOffset, instance } = place;
  process.env['TEST_POSTGRES_URL'] = servers.urls.postgres;
  const migrations = [platformMigrations, messagingMigrations, join(root, 'services/pagamentos/migrations')];
  const database = await TestDatabase.create('pagamentos', migrations);
  const provider = await startEmptyProvider();
  const app: App = { ...pagamentos(), name: 'pagamentos-webhooks', port: 3_331 };
  const context = {
    portOffset,
    urls: servers.urls,
    secrets: servers.secrets,
    emulatorFolder: '',
    demo: false,
    user: {},
  };
  const running = await launchApp(
    instance,
    app,
    {
      ...settingsFor({ ...pagamentos(), port: app.port }, context),
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      SEED_DEMO: 'false',
      DATABASE_URL: database.options.DATABASE_URL,
      STRIPE_API_BASE: `http://127.0.0.1:${(provider.address() as AddressInfo).port}`,
    },
    true,
  );
  const client = new pg.Client({ connectionString: database.options.DATABASE_URL });
  const agent = new Agent({ keepAlive: true, maxSockets: 2 * concurrency });
  try {
    await client.connect();
    await waitUntilReady(instance, app, running, new AbortController().signal);
    const url = `http://127.0.0.1:${app.port + portOffset}/webhooks/stripe`;
    return await measure(place, { url, secret: servers.secrets.stripeWebhookSecret, client, agent });
  } finally {
    agent.destroy();
    await client.end();
    await running.stop(stopWithinMs);
    provider.close();
    await database.drop();
  }
}

function pagamentos(): App {
  const app = apps.find(({ name }) => name === 'pagamentos');
  if (!app) throw new Error('there is no application "pagamentos"');
  return app;
}

/** A provider with which nothing ever happens: the reconciler asks, and must not be what is measured. */
async function startEmptyProvider(): Promise<Server> {
  const server = createServer((_, response) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end('{"object":"list","url":"/v1","has_more":false,"data":[]}'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function measure({ progress }: Place, target: Target): Promise<WebhookFigures> {
  const stored: number[] = [];
  const applied: number[] = [];
  const p50: number[] = [];
  const p99: number[] = [];
  await burst(target, warmUpEvents);
  for (let round = 0; round < rounds; round++) {
    const rates = await burst(target, eventsPerBurst);
    stored.push(rates.stored);
    applied.push(rates.applied);
    const histogram = await steady(target);
    p50.push(histogram.percentile(50));
    p99.push(histogram.percentile(99));
    progress(`rodada ${round + 1} de ${rounds}`);
  }
  return {
    storedPerSecond: spreadOf(stored),
    concurrency,
    appliedPerSecond: spreadOf(applied),
    toEffectP50: spreadOf(p50),
    toEffectP99: spreadOf(p99),
    steadyRate,
  };
}

/** All at once, by so many senders: what is stored, and then applied, per second. */
async function burst(target: Target, count: number): Promise<{ stored: number; applied: number }> {
  const events = await openCharges(target.client, count);
  const started = performance.now();
  await pLimit(concurrency).map(events, (event) => post(target, event));
  const stored = performance.now() - started;
  await untilNoneIsLeft(target.client);
  const applied = performance.now() - started;
  return { stored: (count / stored) * 1_000, applied: (count / applied) * 1_000 };
}

/** Open loop: the next one is sent when its time has come, whatever became of those before. */
async function steady(target: Target) {
  const histogram = createHistogram();
  const events = await openCharges(target.client, steadyEvents);
  const outstanding = new Map<string, () => void>();
  const sent: Promise<void>[] = [];
  const start = performance.now();
  const watching = (async () => {
    for (const [index, event] of events.entries()) {
      const due = start + (index * 1_000) / steadyRate;
      await delay(Math.max(0, due - performance.now()));
      // From when it was due: a sender that is late must not hide it.
      outstanding.set(event.id, () => histogram.record(Math.max(1, Math.round((performance.now() - due) * 1_000))));
      sent.push(post(target, event));
    }
  })();
  while (sent.length < events.length || outstanding.size > 0) {
    await untilApplied(target.client, outstanding);
    await delay(pollMs);
  }
  await watching;
  await Promise.all(sent);
  return histogram;
}

/** Charges as they are when the client has been given the means to pay; the fee is not asked for. */
async function openCharges(client: pg.Client, count: number): Promise<Event[]> {
  const { rows } = await client.query<{ reserva_id: string; provedor_id: string }>(
    `INSERT INTO cobrancas (id, reserva_id, cliente_id, valor_centavos, moeda, descricao, expira_em, estado, provedor_id,
                            client_secret, taxa_lancada, proxima_acao_em)
     SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 9000, 'BRL', 'Reserva', now() + interval '1 hour',
            'ABERTA', 'pi_' || replace(gen_random_uuid()::text, '-', ''), 'segredo', true, NULL
       FROM generate_series(1, $1) RETURNING reserva_id, provedor_id`,
    [count],
  );
  return rows.map(({ reserva_id, provedor_id }) => {
    const id = `evt_${randomUUID().replaceAll('-', '')}`;
    const intent = {
      id: provedor_id,
      object: 'payment_intent',
      amount: 9_000,
      amount_received: 9_000,
      client_secret: 'segredo',
      currency: 'brl',
      latest_charge: `ch_${provedor_id.slice(3)}`,
      metadata: { reservaId: reserva_id, parcela: '1' },
      payment_method: `pm_${provedor_id.slice(3)}`,
      status: 'succeeded',
      last_payment_error: null,
      next_action: null,
    };
    const event = { id, object: 'event', type: 'payment_intent.succeeded', created: now(), data: { object: intent } };
    return { id, body: JSON.stringify(event) };
  });
}

const now = (): number => Math.floor(Date.now() / 1_000);

function post({ url, secret, agent }: Target, { body }: Event): Promise<void> {
  const at = now();
  const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
  return new Promise((resolve, reject) => {
    const call = request(
      url,
      {
        agent,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'stripe-signature': `t=${at},v1=${signature}` },
      },
      (response) => {
        text(response).then((answer) => {
          if (response.statusCode === 200) resolve();
          else reject(new Error(`${url} respondeu ${response.statusCode}: ${answer}`));
        }, reject);
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

async function untilNoneIsLeft(client: pg.Client): Promise<void> {
  for (const deadline = performance.now() + drainWithinMs; ; await delay(burstPollMs)) {
    const { rowCount } = await client.query('SELECT FROM webhooks WHERE proxima_em IS NOT NULL LIMIT 1');
    if (rowCount === 0) return;
    if (performance.now() > deadline) throw new Error('webhooks without effect');
  }
}

/** Watches events until each was processed, and tells each of it. */
async function untilApplied(client: pg.Client, outstanding: Map<string, () => void>): Promise<void> {
  for (const deadline = performance.now() + drainWithinMs; outstanding.size > 0; await delay(pollMs)) {
    const { rows } = await client.query<{ evento_id: string }>(
      `SELECT w.evento_id FROM webhooks w JOIN cobrancas c ON c.provedor_id = w.intento_id
        WHERE w.evento_id = ANY($1) AND w.estado = 'PROCESSADO' AND c.estado = 'APROVADA'`,
      [[...outstanding.keys()]],
    );
    for (const { evento_id } of rows) {
      outstanding.get(evento_id)?.();
      outstanding.delete(evento_id);
    }
    if (performance.now() > deadline) throw new Error(`${outstanding.size} webhooks without effect`);
  }
}
