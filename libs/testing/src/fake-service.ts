import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Readable } from 'node:stream';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object goes out as JSON, a text as it is, a stream as it comes. */
  readonly body?: unknown;
}

/** What happens to a request: an answer, no answer at all, or a connection that breaks. */
export type FakeBehaviour =
  FakeAnswer | 'silence' | 'hang-up' | ((request: ReceivedRequest) => FakeAnswer | Promise<FakeAnswer>);

/**
 * Another service as its callers see it: an HTTP server whose answers the test decides, and which remembers what it
 * was asked. For tests of what stands at the edge of the platform; services themselves are tested with real ones.
 */
export class FakeService {
  readonly requests: ReceivedRequest[] = [];
  /** How often it was asked whether it lives: no part of what a caller wants of it. */
  healthChecks = 0;
  /** How many requests were abandoned by whoever sent them, before their answer. */
  abandoned = 0;
  private readonly behaviours = new Map<string, FakeBehaviour>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(): Promise<FakeService> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    server.unref();
    const fake = new FakeService(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => void fake.handle(request, response));
    return fake;
  }

  /** @param route for example `GET /v1/espacos`; without one the service answers 404 with a problem document */
  on(route: string, behaviour: FakeBehaviour): this {
    this.behaviours.set(route, behaviour);
    return this;
  }

  /** Forgets behaviours and requests. */
  reset(): void {
    this.behaviours.clear();
    this.requests.length = 0;
    this.healthChecks = 0;
    this.abandoned = 0;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    const text = (await request.toArray()).map(String).join('');
    const received: ReceivedRequest = {
      method: request.method ?? 'GET',
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: request.headers,
      body: text ? JSON.parse(text) : undefined,
    };
    if (pathname === '/health') this.healthChecks += 1;
    else this.requests.push(received);
    response.once('close', () => (this.abandoned += response.writableFinished ? 0 : 1));
    const behaviour = this.behaviours.get(`${received.method} ${pathname}`) ?? NOT_FOUND;
    if (behaviour === 'silence') return;
    if (behaviour === 'hang-up') {
      request.socket.destroy();
      return;
    }
    const {
      status = 200,
      headers = {},
      body,
    } = typeof behaviour === 'function' ? await behaviour(received) : behaviour;
    const type = status < 400 ? 'application/json' : 'application/problem+json';
    response.writeHead(status, { ...(body !== undefined && { 'content-type': type }), ...headers });
    // A client that goes away destroys the stream: the test sees it there.
    if (body instanceof Readable) pipeline(body, response, () => undefined);
    else response.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** A problem document as the services send them. */
export const problemAnswer = (status: number, code: string, extensions: Record<string, unknown> = {}): FakeAnswer => ({
  status,
  body: { type: `urn:plataforma-de-reservas:problema:${code}`, title: 'Recusado', status, code, ...extensions },
});

const NOT_FOUND = problemAnswer(404, 'requisicao.nao-encontrada');
