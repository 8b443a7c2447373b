import proxyAddr from '@fastify/proxy-addr';
import type { FastifyRequest } from 'fastify';

/**
 * The address that a request really comes from: the peer's, or what `X-Forwarded-For` says as far as trusted proxies
 * vouch for it. From anyone else that header is just something a client wrote.
 */
export class EnderecoDoCliente {
  private readonly confiavel: (endereco: string, salto: number) => boolean;

  /** @param proxies addresses or CIDR ranges of our own gateway and BFFs */
  constructor(proxies: readonly string[]) {
    this.confiavel = proxyAddr.compile([...proxies]);
  }

  de(request: FastifyRequest): string {
    return proxyAddr(request.raw, this.confiavel);
  }
}
