import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from './free-port.js';

/** Stands between a client and a server of a test, so that the test can take the server away and give it back. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;

  private constructor(
    private readonly target: URL,
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
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** Accepts connections again; what the server says may be rewritten, so that it seems to be another one. */
  async restore(rewrite: (bytes: Buffer) => Buffer = (bytes) => bytes): Promise<void> {
    const server = createServer((client) => {
      const upstream = connect(Number(this.target.port), this.target.hostname);
      for (const [socket, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        this.sockets.add(socket);
        socket.once('close', () => {
          this.sockets.delete(socket);
          other.destroy();
        });
        socket.on('error', () => other.destroy());
      }
      client.pipe(upstream);
      upstream.on('data', (bytes: Buffer) => client.write(rewrite(bytes)));
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.server = server;
  }
}
