import { appendFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** One exchange with the provider, or one webhook of it, as it went over the wire. */
export type Gravado =
  | {
      readonly tipo: 'chamada';
      readonly metodo: string;
      readonly caminho: string;
      readonly corpo: string;
      readonly cabecalhos: Readonly<Record<string, string>>;
      readonly status: number;
      readonly resposta: unknown;
    }
  | { readonly tipo: 'webhook'; readonly evento: unknown };

const PASSED_ON = ['authorization', 'content-type', 'idempotency-key', 'stripe-version', 'accept'];

/**
 * Stands between the adapter and the provider and writes down what passes, a line of JSON each, for
 * `npm run stripe:conformidade`; it also receives the provider's webhooks.
 */
export class Gravador {
  private queue: Promise<void> = Promise.resolve();
  private provedor = '';

  private constructor(
    private readonly server: Server,
    private readonly arquivo: string | undefined,
  ) {
    server.on('request', (request: IncomingMessage, response) => {
      this.handle(request).then(
        ({ status, headers, body }) => response.writeHead(status, headers).end(body),
        (error: unknown) => response.writeHead(502).end(String(error)),
      );
    });
  }

  /** Without a file it only passes on. */
  static async start(arquivo: string | undefined): Promise<Gravador> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Gravador(server, arquivo);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get webhooks(): string {
    return `${this.url}/webhooks`;
  }

  /** Where the calls go from now on. */
  passTo(url: string): void {
    this.provedor = url;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await this.queue;
  }

  private async handle(request: IncomingMessage) {
    const corpo = (await buffer(request)).toString('utf8');
    if (request.url === '/webhooks') {
      await this.write({ tipo: 'webhook', evento: JSON.parse(corpo) as unknown });
      return { status: 200, headers: {}, body: '' };
    }
    const { method: metodo = 'GET', url: caminho = '/' } = request;
    const cabecalhos = Object.fromEntries(
      PASSED_ON.flatMap((name) => {
        const value = request.headers[name];
        return typeof value === 'string' ? [[name, value]] : [];
      }),
    );
    const response = await fetch(new URL(caminho, this.provedor), {
      method: metodo,
      headers: cabecalhos,
      ...(corpo !== '' && { body: corpo }),
    });
    const body = await response.text();
    await this.write({
      tipo: 'chamada',
      metodo,
      caminho,
      corpo,
      cabecalhos,
      status: response.status,
      resposta: JSON.parse(body) as unknown,
    });
    const headers = Object.fromEntries(
      [...response.headers].filter(([name]) => !['content-length', 'transfer-encoding', 'connection'].includes(name)),
    );
    return { status: response.status, headers, body };
  }

  private write(gravado: Gravado): Promise<void> {
    const { arquivo } = this;
    if (arquivo !== undefined) this.queue = this.queue.then(() => appendFile(arquivo, `${JSON.stringify(gravado)}\n`));
    return this.queue;
  }
}
