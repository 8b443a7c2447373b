import CircuitBreaker from 'opossum';
import { Agent, fetch, interceptors } from 'undici';
import { metrics } from './metrics.js';
import { Problem, problemSchema } from './problem.js';
import { currentContext } from './request-context.js';

export interface UpstreamRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  /** The caller's headers to pass on: `authorization`, `idempotency-key`, `accept-language`, `if-match`. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

export interface UpstreamOptions {
  readonly timeoutMs?: number;
  /** How many times a GET is tried again. Nothing else ever is: the client's Idempotency-Key decides that. */
  readonly retries?: number;
}

/** The upstream answered with an error; the caller gets the same status, code and text. */
export class UpstreamProblem extends Problem {}

/**
 * Another service's HTTP API: time-out, bounded retries of GETs with back-off, and a circuit breaker that opens on
 * failures of the service (5xx, no answer), never on the caller's mistakes (4xx).
 */
export class Upstream {
  private readonly agent: Agent;
  private readonly dispatcher: ReturnType<Agent['compose']>;
  private readonly breaker: CircuitBreaker<[string, UpstreamRequest], unknown>;

  constructor(
    readonly name: string,
    private readonly baseUrl: string,
    private readonly options: UpstreamOptions = {},
  ) {
    this.agent = new Agent({ connections: 64, connect: { timeout: 1_000 } });
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
    this.breaker = new CircuitBreaker((path: string, request: UpstreamRequest) => this.send(path, request), {
      timeout: false,
      errorThresholdPercentage: 50,
      volumeThreshold: 10,
      resetTimeout: 2_000,
      errorFilter: (error: unknown) => error instanceof UpstreamProblem && error.status < 500,
    });
  }

  /**
   * The parsed body of the answer; `undefined` when there is none.
   * @throws UpstreamProblem what the service said; Problem 503/504 when it did not answer
   */
  async call<T>(path: string, request: UpstreamRequest = {}): Promise<T> {
    const end = metrics.upstreamDuration.startTimer({ upstream: this.name });
    try {
      const body = await this.breaker.fire(path, request);
      end({ outcome: 'ok' });
      return body as T;
    } catch (error) {
      end({ outcome: error instanceof Problem ? String(error.status) : 'sem-resposta' });
      if (error instanceof Problem) throw error;
      if ((error as Error).name === 'TimeoutError')
        throw new Problem(504, 'upstream.tempo-esgotado', `O serviço ${this.name} não respondeu a tempo`);
      throw new Problem(503, 'upstream.indisponivel', `O serviço ${this.name} está indisponível`, {
        headers: { 'retry-after': '2' },
      });
    }
  }

  async close(): Promise<void> {
    this.breaker.shutdown();
    await this.agent.close();
  }

  private async send(path: string, request: UpstreamRequest): Promise<unknown> {
    const url = new URL(path, this.baseUrl);
    for (const [name, value] of Object.entries(request.query ?? {}))
      if (value !== undefined) url.searchParams.set(name, String(value));
    const correlationId = currentContext()?.correlationId;
    const headers = {
      accept: 'application/json',
      ...(request.body !== undefined && { 'content-type': 'application/json' }),
      ...(correlationId && { 'x-correlation-id': correlationId }),
      ...Object.fromEntries(Object.entries(request.headers ?? {}).filter(([, value]) => value !== undefined)),
    } as Record<string, string>;
    const response = await fetch(url, {
      method: request.method ?? 'GET',
      headers,
      ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
      signal: AbortSignal.timeout(this.options.timeoutMs ?? 3_000),
      dispatcher: this.dispatcher,
    });
    const text = await response.text();
    const body: unknown = text ? JSON.parse(text) : undefined;
    if (response.ok) return body;
    const problem = problemSchema.loose().safeParse(body);
    if (!problem.success)
      throw new UpstreamProblem(502, 'upstream.resposta-invalida', `O serviço ${this.name} respondeu de forma inesperada`);
    const { type: _type, title, status, code, detail, instance: _instance, correlationId: _id, ...extensions } = problem.data;
    const retryAfter = response.headers.get('retry-after');
    throw new UpstreamProblem(status, code, title, {
      ...(detail !== undefined && { detail }),
      ...(Object.keys(extensions).length > 0 && { extensions }),
      ...(retryAfter && { headers: { 'retry-after': retryAfter } }),
    });
  }
}
