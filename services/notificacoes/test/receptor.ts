import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { CloudEvent } from '@plataforma/contracts';
import { Webhook } from 'standardwebhooks';

interface Recebido {
  readonly caminho: string;
  readonly headers: IncomingHttpHeaders;
  /** As they came over the wire. */
  readonly bytes: Buffer;
}

type Resposta = number | ((response: ServerResponse) => unknown);

/** Whoever the house integrates with, on a local port: keeps what it gets and answers what the test says, by path. */
export class Receptor {
  readonly recebidos: Recebido[] = [];
  /** How many connections were opened. */
  conexoes = 0;
  /** By path; where nothing is said, 200. */
  readonly respostas = new Map<string, Resposta>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receptor> {
    const server = createServer();
    const receptor = new Receptor(server);
    server.on('connection', () => receptor.conexoes++);
    server.on('request', (request, response) => {
      void buffer(request).then(
        (bytes) => {
          const caminho = request.url ?? '';
          receptor.recebidos.push({ caminho, headers: request.headers, bytes });
          const resposta = receptor.respostas.get(caminho) ?? 200;
          if (typeof resposta === 'number') response.writeHead(resposta).end('visto');
          else resposta(response);
        },
        () => undefined,
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receptor;
  }

  get porta(): number {
    return (this.server.address() as AddressInfo).port;
  }

  url(caminho: string): string {
    return `http://127.0.0.1:${this.porta}${caminho}`;
  }

  em(caminho: string): Recebido[] {
    return this.recebidos.filter((recebido) => recebido.caminho === caminho);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** What was received, as the library of Standard Webhooks verifies it. @throws WebhookVerificationError */
export const conferir = (segredo: string, { headers, bytes }: Recebido): CloudEvent =>
  new Webhook(segredo).verify(bytes, headers as Record<string, string>) as CloudEvent;
