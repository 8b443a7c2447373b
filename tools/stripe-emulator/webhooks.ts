import { createHmac } from 'node:crypto';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Faults } from './faults.ts';
import type { Log } from './log.ts';
import type { Metadata } from './model.ts';
import type { Store, StoredEvent } from './store.ts';
import type { Views } from './views.ts';

export interface WebhookSettings {
  readonly url: URL | undefined;
  readonly secrets: readonly string[];
  readonly retryBaseMs: number;
  readonly timeoutMs: number;
}

/** One try of sending one event, as `GET /_emulador/webhooks` shows it. */
export interface Delivery {
  readonly evento: string;
  readonly tipo: string;
  readonly paymentIntent: string;
  readonly tentativa: number;
  readonly status: number | null;
  readonly erro: string | null;
  readonly duracaoMs: number;
  readonly em: string;
}

const maxAttempts = 16;
const maxRetryDelay = 3_600_000;
const maxParallel = 32;
const remembered = 5000;

/** `t=…,v1=…` over `${t}.${body}`, one v1 per secret. https://docs.stripe.com/webhooks/signature */
export function signatureHeader(body: string, secrets: readonly string[], timestamp: number): string {
  const signatures = secrets.map(
    (secret) => `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`,
  );
  return [`t=${timestamp}`, ...signatures].join(',');
}

/**
 * Delivers events at least once: in order for each PaymentIntent, in parallel between them, again with back-off until
 * the endpoint answers 2xx. What is not delivered is in the journal, so that a restart goes on with it.
 */
export class Webhooks {
  readonly #settings: WebhookSettings;
  readonly #store: Store;
  readonly #views: Views;
  readonly #faults: Faults;
  readonly #log: Log;
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #lanes = new Map<string, (() => Promise<void>)[]>();
  readonly #ready = new Set<string>();
  readonly #held = new Map<string, StoredEvent[]>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #deliveries: Delivery[] = [];
  #active = 0;
  #closed = false;

  constructor(settings: WebhookSettings, store: Store, views: Views, faults: Faults, log: Log) {
    this.#settings = settings;
    this.#store = store;
    this.#views = views;
    this.#faults = faults;
    this.#log = log;
    const options = { keepAlive: true, maxSockets: maxParallel * 4 };
    this.#agent = settings.url?.protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options);
  }

  get isConfigured(): boolean {
    return this.#settings.url !== undefined;
  }

  /** Takes up what a former run left undelivered. */
  resume(): void {
    if (!this.isConfigured) return;
    for (const [id, attempts] of this.#store.undelivered) {
      const event = this.#store.events.get(id);
      if (event !== undefined) this.#inLane(event, () => this.#attempt(event, attempts + 1));
    }
  }

  /** Starts delivering; the promise ends with the first attempt at the last of them. */
  async dispatch(events: readonly StoredEvent[]): Promise<void> {
    if (!this.isConfigured) return;
    await Promise.all(events.map((event) => this.#dispatchOne(event)));
  }

  list(event: string | undefined): Delivery[] {
    return this.#deliveries.filter((delivery) => event === undefined || delivery.evento === event);
  }

  get heldEvents(): string[] {
    return [...this.#held.values()].flat().map((event) => event.id);
  }

  /** Sends what the reordering switch holds back. */
  release(): number {
    const intents = [...this.#held.keys()];
    return intents.reduce((count, intent) => count + this.#releaseHeld(intent), 0);
  }

  /** Sends an event once more, whatever became of it before. */
  async resend(event: StoredEvent): Promise<Delivery> {
    return this.#send(event, (this.#store.undelivered.get(event.id) ?? 0) + 1);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#lanes.clear();
    this.#ready.clear();
    this.#agent.destroy();
  }

  async #dispatchOne(event: StoredEvent): Promise<void> {
    const found = this.#faults.forWebhook(event.type, () => this.#metadataOf(event));
    if (found === undefined) return this.#firstAttempt(event, () => this.#attempt(event, 1));
    const { kind, fault } = found;
    switch (kind) {
      case 'webhook_perdido':
        this.#log('info', 'webhook perdido de propósito', { evento: event.id, tipo: event.type });
        this.#store.recordDelivery(event.id, 0, true);
        return;
      case 'webhook_reordenado':
        this.#held.set(event.paymentIntent, [...(this.#held.get(event.paymentIntent) ?? []), event]);
        return;
      case 'webhook_atrasado':
        this.#later(fault.ms, () => this.#inLane(event, () => this.#attempt(event, 1)));
        return;
      case 'webhook_duplicado':
        return this.#firstAttempt(event, async () => {
          await Promise.all(Array.from({ length: fault.copias }, () => this.#attempt(event, 1)));
        });
    }
  }

  #firstAttempt(event: StoredEvent, send: () => Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      this.#inLane(event, async () => {
        await send();
        resolve();
        this.#releaseHeld(event.paymentIntent);
      });
    });
  }

  #releaseHeld(intent: string): number {
    const held = this.#held.get(intent) ?? [];
    this.#held.delete(intent);
    for (const event of held) this.#inLane(event, () => this.#attempt(event, 1));
    return held.length;
  }

  #metadataOf(event: StoredEvent): Metadata {
    return this.#store.intents.get(event.paymentIntent)?.metadata ?? {};
  }

  #inLane(event: StoredEvent, job: () => Promise<void>): void {
    if (this.#closed) return;
    const lane = this.#lanes.get(event.paymentIntent);
    if (lane === undefined) {
      this.#lanes.set(event.paymentIntent, [job]);
      this.#ready.add(event.paymentIntent);
    } else {
      lane.push(job);
    }
    this.#pump();
  }

  #pump(): void {
    for (const intent of this.#ready) {
      if (this.#active >= maxParallel) return;
      this.#ready.delete(intent);
      const job = this.#lanes.get(intent)?.[0];
      if (job === undefined) continue;
      this.#active++;
      void job()
        .catch((error: unknown) => {
          // A job caught by the end finds the journal closed; the event is still pending there, for the next run.
          if (!this.#closed) this.#log('error', 'falha ao entregar webhook', { erro: String(error) });
        })
        .finally(() => this.#finished(intent));
    }
  }

  #finished(intent: string): void {
    this.#active--;
    const lane = this.#lanes.get(intent);
    lane?.shift();
    if (lane !== undefined && lane.length > 0) this.#ready.add(intent);
    else this.#lanes.delete(intent);
    this.#pump();
  }

  async #attempt(event: StoredEvent, attempt: number): Promise<void> {
    const delivery = await this.#send(event, attempt);
    // A copy, or a resend by hand, may have been delivered meanwhile.
    if (this.#closed || !this.#store.undelivered.has(event.id)) return;
    const delivered = delivery.status !== null && delivery.status >= 200 && delivery.status < 300;
    const abandoned = !delivered && attempt >= maxAttempts;
    this.#store.recordDelivery(event.id, attempt, delivered || abandoned);
    if (delivered) return;
    this.#log('warn', abandoned ? 'webhook abandonado' : 'webhook recusado; tenta de novo', { ...delivery });
    if (!abandoned) {
      const delay = Math.min(this.#settings.retryBaseMs * 2 ** (attempt - 1), maxRetryDelay);
      this.#later(delay, () => this.#inLane(event, () => this.#attempt(event, attempt + 1)));
    }
  }

  async #send(event: StoredEvent, attempt: number): Promise<Delivery> {
    const body = JSON.stringify(this.#views.event(event, await this.#store.readEvent(event)), null, 2);
    const started = performance.now();
    const { status, error } = await this.#post(body);
    const delivery: Delivery = {
      evento: event.id,
      tipo: event.type,
      paymentIntent: event.paymentIntent,
      tentativa: attempt,
      status,
      erro: error,
      duracaoMs: Math.round(performance.now() - started),
      em: new Date().toISOString(),
    };
    this.#deliveries.push(delivery);
    if (this.#deliveries.length > remembered) this.#deliveries.splice(0, remembered / 10);
    return delivery;
  }

  #post(body: string): Promise<{ status: number | null; error: string | null }> {
    const { url, secrets, timeoutMs } = this.#settings;
    if (url === undefined) return Promise.resolve({ status: null, error: 'sem STRIPE_WEBHOOK_URL' });
    // The signature carries the real time, whatever the emulator's own clock says: the receiver compares it with its own.
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      'stripe-signature': signatureHeader(body, secrets, Math.floor(Date.now() / 1000)),
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
    };
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((resolve) => {
      const outgoing = send(
        url,
        { method: 'POST', headers, agent: this.#agent, signal: AbortSignal.timeout(timeoutMs) },
        (answer) => {
          answer.resume();
          answer.on('error', (error) => resolve({ status: null, error: error.message }));
          answer.on('end', () => resolve({ status: answer.statusCode ?? null, error: null }));
        },
      );
      outgoing.on('error', (error) => resolve({ status: null, error: error.message }));
      outgoing.end(body);
    });
  }

  #later(ms: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, ms);
    timer.unref();
    this.#timers.add(timer);
  }
}
