import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import Fastify from 'fastify';
import { Api } from './api.ts';
import { Cashier } from './cashier.ts';
import { registerControl } from './control.ts';
import { Faults } from './faults.ts';
import type { Log } from './log.ts';
import { Operations } from './operations.ts';
import type { Settings } from './settings.ts';
import { Store } from './store.ts';
import { Views } from './views.ts';
import { Webhooks } from './webhooks.ts';

export interface Emulator {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Time for open requests to end when it is asked to stop, in ms. */
const closeTimeout = 5000;

/**
 * Starts the emulator on the settings' port (0 picks a free one).
 *
 * @param onBroken called when the journal cannot be written: the process should end, because memory is ahead of it
 */
export async function startEmulator(
  settings: Settings,
  log: Log = () => undefined,
  onBroken: (error: Error) => void = crash,
): Promise<Emulator> {
  await mkdir(settings.dataDir, { recursive: true, mode: 0o700 });
  const started = performance.now();
  const store = await Store.open(join(settings.dataDir, 'diario.jsonl'), newId, onBroken);
  let url = '';
  const views = new Views(store, () => settings.publicUrl ?? url);
  const operations = new Operations(store, views);
  const faults = new Faults(newId, () => operations.all.map(({ name }) => name));
  const webhooks = new Webhooks(
    {
      url: settings.webhookUrl,
      secrets: settings.webhookSecrets,
      retryBaseMs: settings.webhookRetryBaseMs,
      timeoutMs: settings.webhookTimeoutMs,
    },
    store,
    views,
    faults,
    log,
  );
  const cashier = new Cashier(store, webhooks, newId, log);
  const api = new Api({ ...settings, store, views, operations, faults, webhooks, cashier, newId });

  const app = Fastify({
    bodyLimit: 1 << 20,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ['application/x-www-form-urlencoded', 'application/json'],
    { parseAs: 'string' },
    (_request, body, done) => done(null, body),
  );
  app.addHook('onResponse', async (request, reply) => {
    log('debug', 'requisição', {
      metodo: request.method,
      caminho: request.url.split('?', 1)[0],
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    });
  });
  app.setErrorHandler((error, request, reply) => {
    const status =
      error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
    if (status >= 500)
      log('error', 'erro interno do emulador', {
        metodo: request.method,
        caminho: request.url.split('?', 1)[0],
        erro: error instanceof Error ? error.stack : String(error),
      });
    const type = status >= 500 ? 'api_error' : 'invalid_request_error';
    const message = status >= 500 || !(error instanceof Error) ? 'An unknown error occurred' : error.message;
    return reply.code(status).send({ error: { type, message } });
  });
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const message = `Unrecognized request URL (${request.method}: ${path}). This emulator does not imitate it; see its README.`;
    return reply.code(404).send({ error: { type: 'invalid_request_error', message } });
  });
  // A browser asks for it beside every page that it opens here.
  app.get('/favicon.ico', async (_request, reply) => reply.code(204).send());
  app.get('/health', () => ({ status: 'ok' }));
  app.get('/health/ready', async (_request, reply) => {
    await store.settled();
    // As the platform's applications do: whoever started this process takes nobody else on its port for it.
    void reply.header('x-processo', String(process.pid));
    return { status: 'ok', webhooksPendentes: store.undelivered.size };
  });
  api.register(app);
  await app.register(async (scope) => registerControl(scope, { store, views, faults, webhooks, cashier }), {
    prefix: '/_emulador',
  });

  try {
    url = await app.listen({ host: settings.host, port: settings.port });
  } catch (error) {
    await store.close();
    throw error;
  }
  webhooks.resume();
  cashier.resume();
  log('info', 'emulador da Stripe no ar', {
    url,
    paymentIntents: store.intents.size,
    eventos: store.events.size,
    ms: Math.round(performance.now() - started),
  });
  return {
    url,
    close: async () => {
      cashier.close();
      const limit = setTimeout(() => app.server.closeAllConnections(), closeTimeout);
      await app.close();
      clearTimeout(limit);
      await webhooks.close();
      await store.close();
    },
  };
}

function crash(error: Error): never {
  throw error;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A random identifier in Stripe's style: the prefix and 24 letters and digits. */
function newId(prefix: string): string {
  let id = prefix;
  // 62 divides 256 unevenly; the bias does not matter for identifiers of a test double.
  for (const byte of randomBytes(24)) id += alphabet[byte % alphabet.length] ?? '';
  return id;
}
