import { deadLetters } from '@plataforma/messaging';
import { isUnavailable } from '@plataforma/platform';
import pg from 'pg';
import { vhostOf } from '../infra/connection-urls.ts';
import { manage } from '../infra/rabbitmq-management.ts';
import { databases, type Database } from '../infra/secrets.ts';
import type { PlatformState } from '../platform/state.ts';
import { type ProviderBalance, type Query, SourceDownError, type Sources } from './sources.ts';

/** The DLQ is looked through message by message; more than this is an incident of its own. */
const deadLettersAtMost = 10_000;

/** The sources of a running platform: read-only by role, and closed by `close`. */
export function connectSources({ instance, servers, stripe }: PlatformState): {
  sources: Sources;
  close: () => Promise<void>;
} {
  const pools = Object.fromEntries(
    databases.map((database) => [
      database,
      new pg.Pool({ connectionString: servers.databases[database].invariants, max: 2, connectionTimeoutMillis: 5_000 }),
    ]),
  ) as Record<Database, pg.Pool>;
  const queries = Object.fromEntries(databases.map((database) => [database, queryOf(pools[database])]));
  const { apiBase } = stripe;
  return {
    sources: {
      instance,
      databases: queries as Record<Database, Query>,
      queueDepths: () =>
        answered('A administração do RabbitMQ', () =>
          queueDepths(servers.rabbitmqManagement, servers.brokers.operacao),
        ),
      deadLetters: () => answered('O RabbitMQ', () => deadLetters.list(servers.brokers.operacao, deadLettersAtMost)),
      provider:
        apiBase === undefined
          ? undefined
          : () => answered(`O emulador da Stripe (${apiBase})`, () => providerBalances(apiBase)),
    },
    close: async () => {
      await Promise.all(Object.values(pools).map((pool) => pool.end()));
    },
  };
}

/** @throws SourceDownError in the place of what a source that is down throws */
export async function answered<Answer>(
  who: string,
  ask: () => Promise<Answer>,
  isDown: (error: unknown) => boolean = () => true,
): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (!isDown(error)) throw error;
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    throw new SourceDownError(`${who} não responde${why === '' ? '' : `: ${why}`}`, { cause: error });
  }
}

export function queryOf(pool: pg.Pool): Query {
  return async <Row>(sql: string, parameters: readonly unknown[] = []) => {
    const { rows } = await answered('O PostgreSQL', () => pool.query(sql, [...parameters]), isUnavailable);
    return rows as Row[];
  };
}

/** Through RabbitMQ's management API, whose figures are up to 5 s old. */
async function queueDepths(managementUrl: string, amqpUrl: string): Promise<Record<string, number>> {
  const url = new URL(managementUrl);
  const { username, password } = new URL(amqpUrl);
  Object.assign(url, { username, password });
  const path = `/api/queues/${encodeURIComponent(vhostOf(amqpUrl))}?columns=name,messages`;
  const found = (await manage(url.href, 'GET', path)) as { name: string; messages?: number }[];
  return Object.fromEntries(found.map(({ name, messages = 0 }) => [name, messages]));
}

/** The emulator's own ledger, from the beginning of its time. */
async function providerBalances(apiBase: string): Promise<ProviderBalance[]> {
  const response = await fetch(new URL('/_emulador/razao', apiBase), { signal: AbortSignal.timeout(10_000) });
  if (!response.ok) throw new Error(`o emulador da Stripe respondeu ${response.status}`);
  const { porPaymentIntent } = (await response.json()) as {
    porPaymentIntent: (Omit<ProviderBalance, 'reservaId' | 'parcela'> & { metadata: Record<string, string> })[];
  };
  return porPaymentIntent.map(({ paymentIntent, metadata, ...centavos }) => ({
    paymentIntent,
    reservaId: metadata['reservaId'],
    parcela: Number(metadata['parcela'] ?? 1),
    capturadoCentavos: centavos.capturadoCentavos,
    estornadoCentavos: centavos.estornadoCentavos,
    disputadoCentavos: centavos.disputadoCentavos,
  }));
}
