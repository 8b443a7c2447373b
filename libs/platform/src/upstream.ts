import { Readable } from 'node:stream';
import CircuitBreaker from 'opossum';
import { Agent, type Dispatcher, fetch, interceptors, type Response } from 'undici';
import { FairQueue, OverloadedError } from './fair-queue.js';
import { metrics } from './metrics.js';
import { abandoned, Problem, problemSchema } from './problem.js';
import { currentContext, DepartedError } from './request-context.js';

export interface UpstreamRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  /** The caller's headers to pass on: `authorization`, `idempotency-key`, `accept-language`, `if-match`, … */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Of work that takes longer than the service's other answers, ms. */
  readonly timeoutMs?: number;
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
/** Calls under way at once; more wait here, where nothing has been asked yet. */
const CONNECTIONS = 64;
/** How long a call waits before it is sent, ms. */
const QUEUE_MS = 1_500;
const RETRY_AFTER = { 'retry-after': '2' };
/** How long an upstream may be silent in the middle of an answer, ms. */
const SILENCE_MS = 10_000;
/** Headers of an error that tell the client what to do next. */
const HEADERS_PASSED_BACK = ['retry-after', 'www-authenticate'];
/** Headers of a file that belong to its content. */
const FILE_HEADERS = ['content-type', 'content-disposition', 'etag', 'cache-control', 'referrer-policy', 'vary'];

const headersOf = ({ headers }: Response, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value] as const];
    }),
  );

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
  /** Questions about the service's health never wait behind the requests that make us ask. */
  private readonly probes: Agent;
  private readonly dispatcher: ReturnType<Agent['compose']>;
  private readonly queue = new FairQueue(CONNECTIONS, QUEUE_MS);
  private readonly breaker: CircuitBreaker<[() => Promise<unknown>], unknown>;
  /** The question under way whether the service lives; all who doubt wait for the same answer. */
  private living: Promise<boolean> | undefined;

  constructor(
    readonly name: string,
    private readonly baseUrl: string,
    private readonly options: UpstreamOptions = {},
  ) {
    this.agent = new Agent({
      connections: CONNECTIONS,
      connect: { timeout: 1_000, keepAlive: true, keepAliveInitialDelay: 5_000 },
      headersTimeout: SILENCE_MS,
      bodyTimeout: SILENCE_MS,
    });
    this.probes = new Agent({ connections: 2, connect: { timeout: LIVENESS_TIMEOUT_MS } });
    this.dispatcher = this.agent.compose(
      interceptors.retry({
        maxRetries: options.retries ?? 2,
        minTimeout: 50,
        maxTimeout: 500,
        methods: ['GET'],
        statusCodes: [502, 503, 504],
        throwOnError: false,
      }),
    );
    this.breaker = new CircuitBreaker((work: () => Promise<unknown>) => this.attempt(work), {
      timeout: false,
      errorThresholdPercentage: 50,
      volumeThreshold: 10,
      resetTimeout: 2_000,
      errorFilter: (error: unknown) => !(error instanceof ServiceDown),
    });
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
    return this.guarded(() => this.queue.run(lane, () => this.send<T>(path, request)));
  }

  /**
   * A GET whose answer is handed on without being read: only its beginning is waited for, and nothing of it is tried
   * again. Whoever takes the body reads it to its end or destroys it, which ends the upstream's work as well.
   * @throws as `call`
   */
  file(path: string, request: UpstreamRequest = {}): Promise<UpstreamFile> {
    return this.guarded(() => this.open(path, request));
  }

  /**
   * Asks whether the service is ready, past breaker and retries.
   * @throws Error saying how it is not
   */
  async probe(): Promise<void> {
    const response = await fetch(this.urlOf('/health/ready'), {
      signal: AbortSignal.timeout(1_500),
      dispatcher: this.probes,
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`respondeu ${response.status}`);
  }

  /** Resolves when the calls under way have ended. */
  async close(): Promise<void> {
    this.breaker.shutdown();
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
    this.living ??= fetch(this.urlOf('/health'), {
      signal: AbortSignal.timeout(this.options.livenessTimeoutMs ?? LIVENESS_TIMEOUT_MS),
      dispatcher: this.probes,
    })
      .then(async ({ status, body }) => {
        await body?.cancel();
        return status < 500;
      })
      .catch(() => false)
      .finally(() => {
        this.living = undefined;
      });
    return this.living;
  }

  private async guarded<T>(work: () => Promise<T>): Promise<T> {
    const end = metrics.upstreamDuration.startTimer({ upstream: this.name });
    try {
      const answer = await this.breaker.fire(work);
      end({ outcome: 'ok' });
      return answer as T;
    } catch (error) {
      const problem = this.toProblem(error);
      end({ outcome: String(problem.status) });
      throw problem;
    }
  }

  private async send<T>(path: string, request: UpstreamRequest): Promise<UpstreamAnswer<T>> {
    const response = await this.fetch(
      path,
      request,
      AbortSignal.timeout(request.timeoutMs ?? this.timeoutMs),
      this.dispatcher,
    );
    const body = (await this.parse(response)) as T;
    if (!response.ok) throw this.refusal(response, body);
    const etag = response.headers.get('etag');
    return {
      status: response.status,
      body,
      replayed: response.headers.get('idempotency-replayed') === 'true',
      ...(etag !== null && { etag }),
    };
  }

  private async open(path: string, request: UpstreamRequest): Promise<UpstreamFile> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(new DOMException('', 'TimeoutError')), this.timeoutMs);
    try {
      const response = await this.fetch(path, request, late.signal, this.agent);
      if (!response.ok && response.status !== 304) throw this.refusal(response, await this.parse(response));
      const body = response.body ? Readable.fromWeb(response.body) : Readable.from([]);
      return { status: response.status, headers: headersOf(response, FILE_HEADERS), body };
    } finally {
      clearTimeout(timer);
    }
  }

  private fetch(
    path: string,
    { method = 'GET', query = {}, body, headers = {} }: UpstreamRequest,
    signal: AbortSignal,
    dispatcher: Dispatcher,
  ): Promise<Response> {
    const url = this.urlOf(path);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const { correlationId, departure } = currentContext() ?? {};
    // What the caller does not wait for any more, nobody does; but what changes something goes on to its end.
    const until = departure && method === 'GET' ? AbortSignal.any([signal, departure]) : signal;
    return fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(correlationId && { 'x-correlation-id': correlationId }),
        ...Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
      } as Record<string, string>,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: until,
      dispatcher,
    });
  }

  private get timeoutMs(): number {
    return this.options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  }

  private urlOf(path: string): URL {
    return new URL(`${this.baseUrl.replace(/\/+$/, '')}${path}`);
  }

  private async parse(response: Response): Promise<unknown> {
    const text = await response.text();
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
      ...extensions
    } = problem.data;
    const headers = headersOf(response, HEADERS_PASSED_BACK);
    return new UpstreamProblem(response.status, code, title, {
      ...(detail !== undefined && { detail }),
      ...(Object.keys(extensions).length > 0 && { extensions }),
      ...(Object.keys(headers).length > 0 && { headers }),
    });
  }

  /** Not a document of our platform: a proxy on the way, a server that is closing, or a bug. */
  private unreadable(response: Response): UpstreamProblem {
    if (response.status === 503) return this.away(headersOf(response, ['retry-after']));
    const title = `O serviço ${this.name} respondeu de forma inesperada`;
    return Object.assign(new UpstreamProblem(502, 'upstream.resposta-invalida', title), { answered: response.status });
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
      });
    if ((error as Error).name === 'TimeoutError')
      return new Problem(504, 'upstream.tempo-esgotado', `O serviço ${this.name} não respondeu a tempo`, {
        headers: RETRY_AFTER,
      });
    return this.away();
  }
}
