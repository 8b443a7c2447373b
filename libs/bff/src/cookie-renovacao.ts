import cookie, { type CookieSerializeOptions } from '@fastify/cookie';
import { Injectable } from '@nestjs/common';
import { renovacaoHttp } from '@plataforma/contracts';
import { HttpExtension } from '@plataforma/platform';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Its name by page: cookies know no ports, and on one machine the site and the panel may have the same host. */
export type NomeDoCookie = '__Host-renovacao' | '__Host-renovacao-painel';
const ATTRIBUTES: CookieSerializeOptions = { path: '/', httpOnly: true, secure: true, sameSite: 'strict' };

const ENTRADAS = {
  '__Host-renovacao': { PEDIDO: '__Host-entrada', LIGACAO: '__Host-ligacao' },
  '__Host-renovacao-painel': { PEDIDO: '__Host-entrada-painel', LIGACAO: '__Host-ligacao-painel' },
} as const;
type Entrada = 'PEDIDO' | 'LIGACAO';
/** What the secrets of a log-in by a provider are kept in, beside this cookie. */
export const cookiesDaEntrada = (nome: NomeDoCookie): Readonly<Record<Entrada, string>> => ENTRADAS[nome];

/**
 * Holds the refresh token out of the page's reach: no script reads it, no other site makes the browser send it, and
 * the prefix makes browsers insist on Secure, no Domain and Path=/ (RFC 6265bis, 4.1.3.2).
 */
@Injectable()
export class CookieRenovacao extends HttpExtension {
  constructor(private readonly nome: NomeDoCookie) {
    super();
  }

  override async extend(fastify: FastifyInstance): Promise<void> {
    await fastify.register(cookie);
  }

  /** The refresh token that the request carries; undefined without one that auth could have issued. */
  read({ cookies }: FastifyRequest): string | undefined {
    return renovacaoHttp.safeParse({ tokenRenovacao: cookies[this.nome] }).data?.tokenRenovacao;
  }

  /** Keeps the token until the session ends, rounded down to the second. */
  keep(reply: FastifyReply, token: string, sessaoExpiraEm: Date, agora: Date): void {
    const seconds = Math.max(0, Math.floor((sessaoExpiraEm.getTime() - agora.getTime()) / 1000));
    reply.setCookie(this.nome, token, { ...ATTRIBUTES, maxAge: seconds });
  }

  /** The secret of a log-in by a provider that this browser began, or that waits for its account to be proved. */
  readEntrada({ cookies }: FastifyRequest, qual: Entrada): string | undefined {
    return renovacaoHttp.safeParse({ tokenRenovacao: cookies[ENTRADAS[this.nome][qual]] }).data?.tokenRenovacao;
  }

  /**
   * Keeps it for the ten minutes that it is good. The provider sends the person here from another site, by a link: a
   * cookie that is `Strict` would not come along.
   */
  keepEntrada(reply: FastifyReply, qual: Entrada, token: string): void {
    const sameSite = qual === 'PEDIDO' ? 'lax' : 'strict';
    reply.setCookie(ENTRADAS[this.nome][qual], token, { ...ATTRIBUTES, sameSite, maxAge: 600 });
  }

  forgetEntrada(reply: FastifyReply, qual: Entrada): void {
    reply.setCookie(ENTRADAS[this.nome][qual], '', { ...ATTRIBUTES, maxAge: 0 });
  }

  /** Makes the browser forget the token. */
  forget(reply: FastifyReply): void {
    reply.setCookie(this.nome, '', { ...ATTRIBUTES, maxAge: 0 });
  }
}
