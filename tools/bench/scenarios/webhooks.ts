import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { apiVersion } from '../../stripe-emulator/views.ts';
import { percentile, spreadOf } from '../figures.ts';
import type { Call } from '../load/calls.ts';
import type { Load } from '../load/load.ts';
import { startOwn } from '../own-service.ts';
import type { Place } from '../place.ts';
import type { Scenario } from '../scenario.ts';
import { expectOnly, until } from '../waiting.ts';

const concurrency = 16;
/** What is to have its effect per second; the time to effect is told at half of that, or of what can be done. */
const wantedPerSecond = 400;
const pollMs = 2;
/** While a burst is worked off: looking at it must not be what the server is busy with. */
const burstPollMs = 20;
const port = 3_331;

/** A pagamentos of its own, with charges that wait for their capture to be told. */
interface Target {
  url: string;
  secret: string;
  client: pg.Client;
  load: Load;
}

interface Event {
  id: string;
  body: string;
}

/**
 * How many captures a second the webhook endpoint stores, and how long until one has its effect: charge, ledger and
 * event committed, and a receipt owed (numbered after it, ADR 37). Every event is signed, and about a charge of its own.
 */
export const webhooks: Scenario = {
  title: 'Webhooks de captura, assinados',
  async run(place) {
    const provider = await startEmptyProvider();
    const service = await startOwn(place, {
      service: 'pagamentos',
      name: 'pagamentos-webhooks',
      port,
      settings: { STRIPE_API_BASE: `http://127.0.0.1:${(provider.address() as AddressInfo).port}` },
    });
    const client = new pg.Client({ connectionString: service.databaseUrl });
    try {
      await client.connect();
      return await measure(place, {
        url: `${service.url}/webhooks/stripe`,
        secret: place.servers.secrets.stripeWebhookSecret,
        client,
        load: await place.load(),
      });
    } finally {
      await client.end();
      await service.close();
      provider.close();
    }
  },
};

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

async function measure(place: Place, target: Target) {
  const stored: number[] = [];
  const applied: number[] = [];
  const p50: number[] = [];
  const p99: number[] = [];
  const events = place.quick ? 100 : 500;
  await burst(target, place.quick ? 100 : 300);
  const { applied: first } = await burst(target, events);
  const steadyRate = Math.max(5, Math.round(Math.min(wantedPerSecond, first) / 2));
  for (let round = 0; round < place.rounds; round++) {
    const rates = await burst(target, events);
    stored.push(rates.stored);
    applied.push(rates.applied);
    const latencies = await steady(target, steadyRate, Math.round(steadyRate * place.seconds * 1.5));
    p50.push(percentile(latencies, 0.5));
    p99.push(percentile(latencies, 0.99));
    place.progress(`webhooks: rodada ${round + 1} de ${place.rounds}`);
  }
  const bound = 'a CPU: conferir, guardar, tomar e aplicar cada um; o commit é de muitos';
  return {
    rows: [
      {
        id: 'webhooks-guardados',
        title: `webhooks guardados por segundo, de ${concurrency} remetentes ao mesmo tempo`,
        unit: '/s',
        better: 'higher',
        measured: spreadOf(stored),
        bound: 'a CPU de conferir e guardar cada um',
        next: 'outro processo: guardam-se e aplicam-se muitos num commit',
      },
      {
        id: 'webhooks-com-efeito',
        title: 'webhooks com efeito por segundo, até o último da rajada',
        unit: '/s',
        better: 'higher',
        goal: wantedPerSecond,
        measured: spreadOf(applied),
        bound,
        next: 'outra instância de pagamentos: lotes de instâncias não esperam uma pela outra',
      },
      {
        id: 'webhooks-p99',
        title: `do POST ao efeito, p99, a ${steadyRate}/s`,
        unit: 'ms',
        better: 'lower',
        // At any other rate than was promised it is no promise kept.
        ...(steadyRate < wantedPerSecond / 2 ? {} : { goal: 150 }),
        measured: spreadOf(p99),
        bound,
        next: 'o mesmo',
      },
      {
        id: 'webhooks-p50',
        title: `do POST ao efeito, p50, a ${steadyRate}/s`,
        unit: 'ms',
        better: 'lower',
        measured: spreadOf(p50),
        bound,
        next: 'o mesmo',
      },
    ],
    notes: [
      `O tempo até o efeito se mede à metade de ${wantedPerSecond}/s ou, se não se chega lá, à metade do que se alcança: ${steadyRate}/s. A meta, p99 de 150 ms, é a ${wantedPerSecond / 2}/s.`,
    ],
  } satisfies Awaited<ReturnType<Scenario['run']>>;
}

/** All at once, by so many senders: what is stored, and then applied, per second. */
async function burst(target: Target, count: number): Promise<{ stored: number; applied: number }> {
  const calls = (await openCharges(target.client, count)).map((event) => post(target, event));
  const started = performance.now();
  const outcome = await target.load.run({ calls, pace: { clients: concurrency } });
  expectOnly(outcome, '200');
  await until('webhooks sem efeito', burstPollMs, async () => {
    const { rowCount } = await target.client.query('SELECT FROM webhooks WHERE proxima_em IS NOT NULL LIMIT 1');
    return rowCount === 0;
  });
  const applied = performance.now() - started;
  const { rowCount } = await target.client.query(`SELECT FROM cobrancas WHERE estado <> 'APROVADA' LIMIT 1`);
  if (rowCount !== 0) throw new Error('webhooks were processed without their effect');
  return { stored: (count / outcome.wallMs) * 1_000, applied: (count / applied) * 1_000 };
}

/** Open loop. @returns from when each was due to its effect, ms: a sender that is late must not hide it */
async function steady(target: Target, perSecond: number, count: number): Promise<number[]> {
  const events = await openCharges(target.client, count);
  const dueMs = events.map((_, index) => (index * 1_000) / perSecond);
  const started = performance.now();
  const due = new Map(events.map(({ id }, index) => [id, started + (dueMs[index] ?? 0)]));
  const latencies: number[] = [];
  const sending = target.load.run({ calls: events.map((event) => post(target, event)), pace: { dueMs } });
  await Promise.all([
    sending.then((outcome) => expectOnly(outcome, '200')),
    until('webhooks sem efeito', pollMs, async () => {
      const open = [...due].filter(([, at]) => at < performance.now()).map(([id]) => id);
      const { rows } = await target.client.query<{ evento_id: string }>(
        `SELECT w.evento_id FROM webhooks w JOIN cobrancas c ON c.provedor_id = w.intento_id
          WHERE w.evento_id = ANY($1) AND w.estado = 'PROCESSADO' AND c.estado = 'APROVADA'`,
        [open],
      );
      for (const { evento_id } of rows) {
        latencies.push(performance.now() - (due.get(evento_id) ?? NaN));
        due.delete(evento_id);
      }
      return due.size === 0;
    }),
  ]);
  return latencies;
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
    const event = {
      id,
      object: 'event',
      // Of another version it would not be believed, but read again at the provider.
      api_version: apiVersion,
      type: 'payment_intent.succeeded',
      created: now(),
      data: { object: intent },
    };
    return { id, body: JSON.stringify(event) };
  });
}

const now = (): number => Math.floor(Date.now() / 1_000);

function post({ url, secret }: Target, { body }: Event): Call {
  const at = now();
  const signature = createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', 'stripe-signature': `t=${at},v1=${signature}` },
    body,
  };
}
