import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Stripe from 'stripe';
import { startEmulator, type Emulator } from '../emulator.ts';
import { readSettings } from '../settings.ts';

export const secretKey = 'sk_test_chave_secreta_de_teste';
export const publishableKey = 'pk_test_chave_publica_de_teste';
export const webhookSecret = 'whsec_segredo_de_teste';

export interface Received {
  readonly body: string;
  readonly signature: string;
  readonly event: Stripe.Event;
}

/** An endpoint that verifies what it is sent with the official SDK, and answers what it is told to. */
export class Receiver {
  readonly received: Received[] = [];
  /** Statuses for the next requests; 200 when none is left. */
  readonly answers: number[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request: IncomingMessage, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        const signature = String(request.headers['stripe-signature']);
        const event = Stripe.webhooks.constructEvent(body, signature, webhookSecret);
        this.received.push({ body, signature, event });
        response.writeHead(this.answers.shift() ?? 200).end();
      });
    });
  }

  static async start(): Promise<Receiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Receiver(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/webhooks/stripe`;
  }

  /** Types of the events of one intent, in order of arrival. */
  typesOf(intent: string): string[] {
    return this.eventsOf(intent).map((event) => event.type);
  }

  /** The same, each event once, although one is sent again whenever its answer was late. */
  distinctTypesOf(intent: string): string[] {
    return [...new Map(this.eventsOf(intent).map(({ id, type }) => [id, type])).values()];
  }

  eventsOf(intent: string): Stripe.Event[] {
    return this.received.map(({ event }) => event).filter((event) => isAbout(event, intent));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function isAbout(event: Stripe.Event, intent: string): boolean {
  const object = event.data.object as { readonly id?: string; readonly payment_intent?: unknown };
  return object.id === intent || object.payment_intent === intent;
}

/** The emulator in this process, with a data folder and a receiver of its own. */
export class Bench {
  readonly dataDir: string;
  readonly receiver: Receiver;
  emulator: Emulator;

  private constructor(dataDir: string, receiver: Receiver, emulator: Emulator) {
    this.dataDir = dataDir;
    this.receiver = receiver;
    this.emulator = emulator;
  }

  static async start(): Promise<Bench> {
    const dataDir = await mkdtemp(join(tmpdir(), 'stripe-emulator-'));
    const receiver = await Receiver.start();
    return new Bench(dataDir, receiver, await launch(dataDir, receiver));
  }

  async restart(meanwhile?: () => Promise<void>): Promise<void> {
    await this.emulator.close();
    await meanwhile?.();
    this.emulator = await launch(this.dataDir, this.receiver);
  }

  async close(): Promise<void> {
    await this.emulator.close();
    await this.receiver.close();
    await rm(this.dataDir, { recursive: true });
  }

  stripe(key = secretKey): Stripe {
    return sdk(this.emulator.url, key);
  }

  control<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
    return control(this.emulator.url, method, path, body);
  }

  fault(fault: Record<string, unknown>): Promise<{ id: string }> {
    return this.control('POST', '/falhas', fault);
  }
}

export function environment(dataDir: string, webhookUrl: string): Record<string, string> {
  return {
    PORT: '0',
    STRIPE_SECRET_KEY: secretKey,
    STRIPE_PUBLISHABLE_KEY: publishableKey,
    STRIPE_WEBHOOK_URL: webhookUrl,
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    DATA_DIR: dataDir,
    WEBHOOK_RETRY_BASE_MS: '20',
    LOG_LEVEL: 'error',
  };
}

function launch(dataDir: string, receiver: Receiver): Promise<Emulator> {
  const report = (text: string): void => void process.stderr.write(`${text}\n`);
  return startEmulator(
    readSettings(environment(dataDir, receiver.url)),
    (level, message, fields) => level === 'error' && report(`${message} ${JSON.stringify(fields)}`),
    (error) => report(error.message),
  );
}

export function sdk(url: string, key = secretKey): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(key, {
    host: hostname,
    port: Number(port),
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
  });
}

export async function control<T>(
  url: string,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<T> {
  const answer = await fetch(`${url}/_emulador${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as T;
}

/** Polls until the condition holds; the deadline is reached only by what never comes. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  deadlineMs = 60_000,
): Promise<void> {
  const deadline = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`não aconteceu em ${deadlineMs} ms: ${what}`);
    await delay(5);
  }
}

/** The error that a call ends with; it fails when the call succeeds. */
export async function failureOf(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('a chamada deveria ter falhado');
}
