import { createServer as createHttpServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { Agent } from 'node:https';
import { type AddressInfo, connect, createServer, type Server as NetServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** How a provider may behave: what it answers, or how it does not. */
export type Comportamento =
  | { readonly status: number; readonly corpo?: unknown; readonly cabecalhos?: Readonly<Record<string, string>> }
  /** Takes it and closes the connection without a word. */
  | 'PERDE_A_RESPOSTA'
  /** Takes it and says nothing. */
  | 'CALA';

interface Recebido {
  readonly metodo: string;
  readonly caminho: string;
  readonly cabecalhos: IncomingHttpHeaders;
  readonly corpo: Buffer;
}

/** A provider's HTTP API on a local port: keeps what it gets and behaves as the test says. */
export class ProvedorFalso {
  readonly recebidos: Recebido[] = [];
  /** Of the next requests, in order; the last goes on. */
  comportamentos: Comportamento[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ProvedorFalso> {
    const server = createHttpServer();
    const falso = new ProvedorFalso(server);
    server.on('request', (request, response) => {
      const pedacos: Buffer[] = [];
      request.on('data', (pedaco: Buffer) => pedacos.push(pedaco));
      request.on('end', () => {
        const { method: metodo = '', url: caminho = '', headers: cabecalhos } = request;
        falso.recebidos.push({ metodo, caminho, cabecalhos, corpo: Buffer.concat(pedacos) });
        const [comportamento = { status: 500 }] = falso.comportamentos;
        if (falso.comportamentos.length > 1) falso.comportamentos.shift();
        if (comportamento === 'CALA') return;
        if (comportamento === 'PERDE_A_RESPOSTA') return void request.socket.destroy();
        const { status, corpo = {}, cabecalhos: ditos } = comportamento;
        response
          .writeHead(status, { 'content-type': 'application/json', ...ditos })
          .end(typeof corpo === 'string' ? corpo : JSON.stringify(corpo));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return falso;
  }

  get porta(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.porta}/`;
  }

  /** Has whatever would go by TLS to anywhere come here, in the clear. */
  get agente(): Agent {
    const { porta } = this;
    return new (class extends Agent {
      override createConnection(): Duplex {
        return connect(porta, '127.0.0.1');
      }
    })();
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** A mail server without TLS: what it answers to each command may be changed. */
export class CorreioFalso {
  readonly cartas: string[] = [];
  /** By command, or `.` for the letter itself; `PERDE` closes the connection, `CALA` says nothing. */
  respostas: Readonly<Record<string, string>> = {};
  private readonly abertas = new Set<Socket>();

  private constructor(private readonly server: NetServer) {}

  static async start(): Promise<CorreioFalso> {
    const server = createServer();
    const falso = new CorreioFalso(server);
    server.on('connection', (socket) => falso.converse(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return falso;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.abertas) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private converse(socket: Socket): void {
    this.abertas.add(socket);
    socket.on('error', () => undefined);
    let entrada = '';
    let emCarta = false;
    const dizer = (comando: string, usual: string) => {
      const resposta = this.respostas[comando] ?? usual;
      if (resposta === 'PERDE') socket.destroy();
      else if (resposta !== 'CALA') socket.write(`${resposta}\r\n`);
    };
    dizer('OLA', '220 correio falso');
    socket.on('data', (dados) => {
      entrada += dados.toString('utf8');
      for (;;) {
        const fim = entrada.indexOf(emCarta ? '\r\n.\r\n' : '\r\n');
        if (fim < 0) return;
        const dito = entrada.slice(0, fim);
        entrada = entrada.slice(fim + (emCarta ? 5 : 2));
        const comando = emCarta ? '.' : (dito.split(/[ :]/)[0] ?? '').toUpperCase();
        if (emCarta) this.cartas.push(dito);
        emCarta = comando === 'DATA' && !this.respostas['DATA'];
        dizer(comando, comando === 'DATA' ? '354 diga' : comando === 'EHLO' ? '250 correio' : '250 OK');
      }
    });
  }
}
