import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import CircuitBreaker from 'opossum';
import { Agent, type Dispatcher, request as ask } from 'undici';
import { FairQueue, OverloadedError } from './fair-queue.js';
import { metrics } from './metrics.js';
import { abandoned, Problem, problemSchema } from './problem.js';
import { currentContext, DEADLINE_HEADER, DepartedError } from './request-context.js';

export interface UpstreamRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  /** The caller's headers to pass on: `authorization`, `idempotency-key`, `accept-language`, `if-match`, … */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Of work that takes longer than the service's other answers, ms. */
  readonly timeoutMs?: number;
  /** What is asked for, by its pattern: what fails of one operation says nothing of another. */
  readonly operation?: string;
}

export interface UpstreamOptions {
  readonly timeoutMs?: number;
  /** How many times a GET is tried again. Nothing else ever is: the client's Idempotency-Key decides that. */
  readonly retries?: number;
  /** How long a service that lives may take to say so, ms. */
  readonly livenessTimeoutMs?: number;
}

export interface UpstreamAnswer<T> {
  readonly status: number;
  readonly body: T;
  /** Whether the upstream repeated a stored answer for the Idempotency-Key. */
  readonly replayed: boolean;
  /** Version of what was read or changed, for a later `if-match`. */
  readonly etag?: string;
}

/** An answer that is not read here: a file, whose bytes go on as they come. */
export interface UpstreamFile {
  /** 200, or 304 without a body when the caller already has it. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

/** The upstream answered with an error; the caller gets the same status, code and text. */
export class UpstreamProblem extends Problem {
  override readonly handedOn = true;
  /** The status that came, which is another one where the answer is none of ours. */
  answered = this.status;
}

const DEFAULT_TIMEOUT_MS = 3_000;
/** Of a GET, beside the first try. */
const MOST_RETRIES = 2;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 500;
/** What a connection that could not be made, or broke, fails with. */
const BROKEN = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ENOTFOUND',
  'ENETDOWN',
  'ENETUNREACH',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'EPIPE',
  'UND_ERR_SOCKET',
]);
/** Calls under way at once; more wait here, where nothing has been asked yet. */
const CONNECTIONS = 64;
/** Files under way at once, beside the calls: whoever reads one slowly holds up no call. */
const FILES = 32;
/** How long whoever takes a file may take for all of it, ms. */
const FILE_MS = 120_000;
/** How long a call waits before it is sent, ms. */
const QUEUE_MS = 1_500;
const RETRY_AFTER = { 'retry-after': '2' };
/** How long an upstream may be silent in the middle of an answer, ms. */
const SILENCE_MS = 10_000;
/** Headers of an error that tell the client what to do next. */
const HEADERS_PASSED_BACK = ['retry-after', 'www-authenticate'];
/** Headers of a file that belong to its content. */
const FILE_HEADERS = ['content-type', 'content-disposition', 'etag', 'cache-control', 'referrer-policy', 'vary'];

/** What came; less than what `fetch` would make of it, which costs several times as much. */
type Response = Dispatcher.ResponseData;

const headerOf = ({ headers }: Response, name: string): string | undefined => headers[name]?.toString();

const headersOf = (response: Response, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = headerOf(response, name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );

const isOk = ({ statusCode }: Response): boolean => statusCode >= 200 && statusCode < 300;
const isRedirect = ({ statusCode }: Response): boolean => statusCode >= 300 && statusCode < 400 && statusCode !== 304;

const LIVENESS_TIMEOUT_MS = 1_000;

/** A call failed, and the service does not answer to its own health check either. */
class ServiceDown extends Error {}

/** What may come of a service that is down, but also of the one request that asks too much of it, or breaks it. */
const suspicious = (error: unknown): boolean =>
  error instanceof Problem
    ? error instanceof UpstreamProblem && [502, 503, 504].includes(error.answered)
    : !(error instanceof DepartedError || error instanceof OverloadedError);

/**
 * Another service's HTTP API: time-out, bounded retries of GETs with back-off, and a circuit breaker that opens only on
 * failures of the service. No request is evidence of one, whoever sends it: an error that it gets says nothing of the
 * next one's fate, nor does a time-out that it costs. A call without an answer, or with 502 to 504, only makes us ask
 * the service's own `/health`, one question at a time; that this fails as well is what counts.
 */
export class Upstream {
  private readonly agent: Agent;
  private readonly files: Agent;
  /** Questions about the service's health never wait behind the requests that make us ask. */
  private readonly probes: Agent;
  private readonly queue = new FairQueue(CONNECTIONS, QUEUE_MS);
  /** By operation. */
  private readonly breakers = new Map<string, CircuitBreaker<[() => Promise<unknown>], unknown>>();
  /** The question under way whether the service lives; all who doubt wait for the same answer. */
  private living: Promise<boolean> | undefined;

  constructor(
    readonly name: string,
    private readonly baseUrl: string,
    private readonly options: UpstreamOptions = {},
  ) {
    const agentOf = (connections: number): Agent =>
      new Agent({
        connections,
        connect: { timeout: 1_000, keepAlive: true, keepAliveInitialDelay: 5_000 },
        headersTimeout: SILENCE_MS,
        bodyTimeout: SILENCE_MS,
      });
    this.agent = agentOf(CONNECTIONS);
    this.files = agentOf(FILES);
    this.probes = new Agent({ connections: 2, connect: { timeout: LIVENESS_TIMEOUT_MS } });
  }

  private breakerOf(operation: string): CircuitBreaker<[() => Promise<unknown>], unknown> {
    const known = this.breakers.get(operation);
    if (known) return known;
    const breaker = new CircuitBreaker((work: () => Promise<unknown>) => this.attempt(work), {
      timeout: false,
      errorThresholdPercentage: 50,
      volumeThreshold: 10,
      resetTimeout: 2_000,
      errorFilter: (error: unknown) => !(error instanceof ServiceDown),
    });
    this.breakers.set(operation, breaker);
    return breaker;
  }

  /**
   * The parsed body of the answer; `undefined` when there is none.
   * @throws UpstreamProblem what the service said; Problem 502/503/504 when it said nothing that we understand
   */
  async call<T>(path: string, request: UpstreamRequest = {}): Promise<T> {
    return (await this.exchange<T>(path, request)).body;
  }

  /** As `call`, with what the answer's headers say. */
  exchange<T>(path: string, request: UpstreamRequest = {}): Promise<UpstreamAnswer<T>> {
    const { method = 'GET', query, body } = request;
    // Those who want the same wait for each other.
    const lane = JSON.stringify([method, path, query, body]);
    return this.guarded(request, () => this.queue.run(lane, () => this.send<T>(path, request)));
  }

  /**
   * A GET whose answer is handed on without being read: only its beginning is waited for, and nothing of it is tried
   * again. Whoever takes the body reads it to its end or destroys it, which ends the upstream's work as well.
   * @throws as `call`
   */
  file(path: string, request: UpstreamRequest = {}): Promise<UpstreamFile> {
    return this.guarded(request, () => this.open(path, request));
  }

  /**
   * Asks whether the service is ready, past breaker and retries.
   * @throws Error saying how it is not
   */
  async probe(): Promise<void> {
    const response = await ask(this.urlOf('/health/ready'), {
      signal: AbortSignal.timeout(1_500),
      dispatcher: this.probes,
    });
    await response.body.dump();
    if (!isOk(response)) throw new Error(`respondeu ${response.statusCode}`);
  }

  /**
   * What the service last measured under this name, past breaker and retries; null where it could not measure it, or
   * another instance does.
   * @throws Error when it does not say
   */
  async gauge(name: string): Promise<number | null> {
    const response = await ask(this.urlOf('/metrics'), {
      signal: AbortSignal.timeout(1_500),
      dispatcher: this.probes,
    });
    const text = await response.body.text();
    if (!isOk(response)) throw new Error(`respondeu ${response.statusCode}`);
    const [, value] = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'm').exec(text) ?? [];
    return value === undefined || !Number.isFinite(Number(value)) ? null : Number(value);
  }

  /** Resolves when the calls under way have ended. */
  async close(): Promise<void> {
    for (const breaker of this.breakers.values()) breaker.shutdown();
    await Promise.all([this.agent.close(), this.probes.close()]);
  }

  private async attempt(work: () => Promise<unknown>): Promise<unknown> {
    try {
      return await work();
    } catch (error) {
      if (suspicious(error) && !(await this.lives())) throw new ServiceDown(this.name, { cause: error });
      throw error;
    }
  }

  private lives(): Promise<boolean> {
    this.living ??= ask(this.urlOf('/health'), {
      signal: AbortSignal.timeout(this.options.livenessTimeoutMs ?? LIVENESS_TIMEOUT_MS),
      dispatcher: this.probes,
    })
      .then(async ({ statusCode, body }) => {
        await body.dump();
        return statusCode < 500;
      })
      .catch(() => false)
      .finally(() => {
        this.living = undefined;
      });
    return this.living;
  }

  private async guarded<T>({ operation = '' }: UpstreamRequest, work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const end = (outcome: string) =>
      metrics.upstreamDuration.observe({ upstream: this.name, outcome }, (performance.now() - began) / 1000);
    try {
      const answer = await this.breakerOf(operation).fire(work);
      end('ok');
      return answer as T;
    } catch (error) {
      const problem = this.toProblem(error);
      end(String(problem.status));
      throw problem;
    }
  }

  private async send<T>(path: string, request: UpstreamRequest): Promise<UpstreamAnswer<T>> {
    const signal = AbortSignal.timeout(this.timeOf(request));
    const retries = (request.method ?? 'GET') === 'GET' ? (this.options.retries ?? MOST_RETRIES) : 0;
    for (let tries = 0; ; tries++) {
      const { answer, wait } = await this.once<T>(path, request, signal, tries < retries);
      if (answer) return answer;
      // Those who failed together do not come back together.
      const pause = Math.max(wait, Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS));
      await delay(pause * (0.5 + Math.random() / 2), undefined, { signal: this.until(signal) }).catch(() => undefined);
      signal.throwIfAborted();
    }
  }

  /** One try. @returns the answer or, where it may be tried again, how long to wait before it, ms */
  private async once<T>(
    path: string,
    request: UpstreamRequest,
    signal: AbortSignal,
    again: boolean,
  ): Promise<{ readonly answer?: UpstreamAnswer<T>; readonly wait: number }> {
    try {
      const response = await this.ask(path, request, signal);
      if (again && [502, 503, 504].includes(response.statusCode)) {
        await response.body.dump();
        const wait = Number(headerOf(response, 'retry-after') ?? 0) * 1_000;
        return { wait: Math.min(Number.isNaN(wait) ? 0 : wait, LONGEST_PAUSE_MS) };
      }
      const body = (await this.parse(response)) as T;
      if (!isOk(response)) throw this.refusal(response, body);
      const etag = headerOf(response, 'etag');
      return {
        wait: 0,
        answer: {
          status: response.statusCode,
          body,
          replayed: headerOf(response, 'idempotency-replayed') === 'true',
          ...(etag !== undefined && { etag }),
        },
      };
    } catch (error) {
      if (again && BROKEN.has(String((error as { code?: unknown }).code))) return { wait: 0 };
      throw error;
    }
  }

  /** What is asked for as long as somebody waits for it, ms. */
  private timeOf({ timeoutMs = this.timeoutMs }: UpstreamRequest): number {
    const left = (currentContext()?.ate ?? Infinity) - performance.now();
    return Math.max(1, Math.round(Math.min(timeoutMs, left)));
  }

  private until(signal: AbortSignal): AbortSignal {
    const departure = currentContext()?.departure;
    return departure ? AbortSignal.any([signal, departure]) : signal;
  }

  private async open(path: string, request: UpstreamRequest): Promise<UpstreamFile> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new DOMException('', 'TimeoutError')), this.timeOf(request));
    try {
      const response = await this.ask(path, request, late.signal, this.files);
      if (!isOk(response) && response.statusCode !== 304) throw this.refusal(response, await this.parse(response));
      const { body } = response;
      const tooSlow = setTimeout(() => body.destroy(new Error('lido devagar demais')), FILE_MS).unref();
      body.once('close', () => clearTimeout(tooSlow));
      return { status: response.statusCode, headers: headersOf(response, FILE_HEADERS), body };
    } finally {
      clearTimeout(timer);
    }
  }

  /** @throws Error also for a redirect, which is followed nowhere */
  private async ask(
    path: string,
    { method = 'GET', query = {}, body, headers = {}, timeoutMs }: UpstreamRequest,
    signal: AbortSignal,
    dispatcher = this.agent,
  ): Promise<Response> {
    const url = this.urlOf(path);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const { correlationId } = currentContext() ?? {};
    // What the caller does not wait for any more, nobody does; but what changes something goes on to its end.
    const until = method === 'GET' ? this.until(signal) : signal;
    const response = await ask(url, {
      method,
      headers: {
        accept: 'application/json',
        [DEADLINE_HEADER]: String(this.timeOf({ ...(timeoutMs !== undefined && { timeoutMs }) })),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(correlationId && { 'x-correlation-id': correlationId }),
        ...Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: until,
      dispatcher,
    });
    if (!isRedirect(response)) return response;
    await response.body.dump();
    throw new Error(`${this.name}: ${response.statusCode}`);
  }

  private get timeoutMs(): number {
    return this.options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  }

  private urlOf(path: string): URL {
    return new URL(`${this.baseUrl.replace(/\/+$/, '')}${path}`);
  }

  private async parse(response: Response): Promise<unknown> {
    const text = await response.body.text();
    if (!text) return undefined;
    try {
      return JSON.parse(text);
    } catch {
      throw this.unreadable(response);
    }
  }

  private refusal(response: Response, body: unknown): UpstreamProblem {
    const problem = problemSchema.loose().safeParse(body);
    if (!problem.success) return this.unreadable(response);
    const {
      type: _type,
      title,
      status: _status,
      code,
      detail,
      instance: _instance,
      correlationId: _id,
      rastro: _rastro,
      ...extensions
    } = problem.data;
    const headers = headersOf(response, HEADERS_PASSED_BACK);
    return new UpstreamProblem(response.statusCode, code, title, {
      ...(detail !== undefined && { detail }),
      ...(Object.keys(extensions).length > 0 && { extensions }),
      ...(Object.keys(headers).length > 0 && { headers }),
    });
  }

  /** Not a document of our platform: a proxy on the way, a server that is closing, or a bug. */
  private unreadable(response: Response): UpstreamProblem {
    if (response.statusCode === 503) return this.away(headersOf(response, ['retry-after']));
    const title = `O serviço ${this.name} respondeu de forma inesperada`;
    return Object.assign(new UpstreamProblem(502, 'upstream.resposta-invalida', title), {
      answered: response.statusCode,
    });
  }

  private away(said: Record<string, string> = {}): UpstreamProblem {
    return new UpstreamProblem(503, 'upstream.indisponivel', `O serviço ${this.name} está indisponível`, {
      headers: { ...RETRY_AFTER, ...said },
    });
  }

  private toProblem(error: unknown): Problem {
    if (error instanceof ServiceDown) return this.toProblem(error.cause);
    if (error instanceof Problem) return error;
    if (error instanceof DepartedError) return abandoned();
    if (error instanceof OverloadedError)
      return new Problem(503, 'upstream.indisponivel', `O serviço ${this.name} está ocupado`, {
        detail: 'Nada foi pedido a ele; tente de novo',
        headers: { 'retry-after': '1' },
        state: true,
      });
    if ((error as Error).name === 'TimeoutError')
      return new Problem(504, 'upstream.tempo-esgotado', `O serviço ${this.name} não respondeu a tempo`, {
        headers: RETRY_AFTER,
      });
    return this.away();
  }
}
