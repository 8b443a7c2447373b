import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Recebido {
  readonly authorization: string | undefined;
  readonly corpo: {
    readonly personalizations: readonly { readonly to: readonly { readonly email: string; readonly name: string }[] }[];
    readonly from: { readonly email: string };
    readonly subject: string;
    readonly content: readonly { readonly type: string; readonly value: string }[];
    readonly custom_args: Readonly<Record<string, string>>;
  };
}

type Resposta = number | 'cortar' | ((response: ServerResponse) => Promise<void>);

/** SendGrid's `POST /v3/mail/send` on a local port: keeps what it gets and answers what the test says. */
export class FakeSendGrid {
  readonly recebidos: Recebido[] = [];
  private readonly respostas: Resposta[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeSendGrid> {
    const server = createServer();
    const fake = new FakeSendGrid(server);
    server.on('request', (request, response) => void fake.atender(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  /** Answers to the next requests, in order; 202 to all after them. `cortar` closes the connection without a word. */
  responder(...respostas: Resposta[]): void {
    this.respostas.push(...respostas);
  }

  /** Of the requests, those about this delivery. */
  de(notificacaoId: string): Recebido[] {
    return this.recebidos.filter(({ corpo }) => corpo.custom_args['notificacaoId'] === notificacaoId);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async atender(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pedacos: Buffer[] = [];
    for await (const pedaco of request) pedacos.push(pedaco as Buffer);
    if (request.method !== 'POST' || request.url !== '/v3/mail/send') {
      response.writeHead(404).end();
      return;
    }
    const corpo = JSON.parse(Buffer.concat(pedacos).toString('utf8')) as Recebido['corpo'];
    this.recebidos.push({ authorization: request.headers.authorization, corpo });
    const resposta = this.respostas.shift() ?? 202;
    if (resposta === 'cortar') request.socket.destroy();
    else if (typeof resposta === 'number')
      response.writeHead(resposta, { 'content-type': 'application/json' }).end('{"errors":[]}');
    else await resposta(response);
  }
}
