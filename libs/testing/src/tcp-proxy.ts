import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from './free-port.js';

/** Two sockets that are one connection; `swallowed`: what either says is lost, and neither is told, not even of the end. */
interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  swallowed: boolean;
}

/** Stands between a client and a server of a test, so that the test can take the server away and give it back. */
export class TcpProxy {
  private readonly pairs = new Set<Pair>();
  private server: Server | undefined;
  private swallowing = false;
  /** Connections that were made in the silence since it began. */
  swallowedConnections = 0;

  private constructor(
    private target: URL,
    /** The address of the server by way of the proxy. */
    readonly url: string,
    private readonly port: number,
  ) {}

  static async start(url: string): Promise<TcpProxy> {
    const port = await freePort();
    const address = new URL(url);
    address.host = `127.0.0.1:${port}`;
    const proxy = new TcpProxy(new URL(url), address.href, port);
    await proxy.restore();
    return proxy;
  }

  /** Ends every connection, and refuses new ones. */
  async cut(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    const closed = new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    for (const { client, upstream } of this.pairs) {
      client.destroy();
      upstream.destroy();
    }
    this.pairs.clear();
    await closed;
  }

  /**
   * Half-open: connections stay, and new ones are accepted, but whatever is said over them vanishes, both ways, and so
   * does their end.
   */
  swallow(): void {
    this.swallowing = true;
    this.swallowedConnections = 0;
    for (const pair of this.pairs) pair.swallowed = true;
  }

  /**
   * Ends the silence for new connections. Those that were in it go on where they are, without what was lost ('revived'),
   * or stay silent for ever ('lost'), as behind a firewall that has forgotten them.
   */
  resume(those: 'revived' | 'lost'): void {
    this.swallowing = false;
    if (those === 'revived') for (const pair of this.pairs) this.revive(pair);
  }

  /** Ends every connection; new ones come to another server, as when an address moves to another machine. */
  redirect(url: string): void {
    this.target = new URL(url);
    for (const pair of this.pairs) this.end(pair);
  }

  /** Accepts connections again; what the server says may be rewritten, so that it seems to be another one. */
  async restore(rewrite: (bytes: Buffer) => Buffer = (bytes) => bytes): Promise<void> {
    const server = createServer((client) => {
      const upstream = connect(Number(this.target.port), this.target.hostname);
      const pair: Pair = { client, upstream, swallowed: this.swallowing };
      this.pairs.add(pair);
      if (pair.swallowed) this.swallowedConnections++;
      client.on('data', (bytes: Buffer) => pair.swallowed || upstream.write(bytes));
      upstream.on('data', (bytes: Buffer) => pair.swallowed || client.write(rewrite(bytes)));
      for (const socket of [client, upstream]) {
        socket.on('error', () => undefined);
        socket.once('close', () => pair.swallowed || this.end(pair));
      }
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    server.unref();
    this.server = server;
  }

  private revive(pair: Pair): void {
    pair.swallowed = false;
    if (pair.client.destroyed || pair.upstream.destroyed) this.end(pair);
  }

  private end(pair: Pair): void {
    this.pairs.delete(pair);
    pair.client.destroy();
    pair.upstream.destroy();
  }
}
