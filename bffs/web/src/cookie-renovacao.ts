import { renovacaoHttp } from '@plataforma/contracts';

/**
 * Holds the refresh token out of the page's reach: no script reads it, no other site makes the browser send it, and
 * the prefix makes browsers insist on Secure, no Domain and Path=/ (RFC 6265bis, 4.1.3.2).
 */
const NAME = '__Host-renovacao';
const ATTRIBUTES = 'Path=/; HttpOnly; Secure; SameSite=Strict';

/** The refresh token that the request carries; undefined without one that auth could have issued. */
export function lerRenovacao(cookieHeader: string | undefined): string | undefined {
  const pairs = (cookieHeader ?? '').split(';').map((pair) => pair.trim().split('='));
  const value = pairs.find(([name]) => name === NAME)?.[1];
  return renovacaoHttp.safeParse({ tokenRenovacao: value }).data?.tokenRenovacao;
}

/** `Set-Cookie` that keeps the token until the session ends, rounded down to the second. */
export function guardarRenovacao(token: string, sessaoExpiraEm: Date, agora: Date): string {
  const seconds = Math.max(0, Math.floor((sessaoExpiraEm.getTime() - agora.getTime()) / 1000));
  return `${NAME}=${token}; ${ATTRIBUTES}; Max-Age=${seconds}`;
}

/** `Set-Cookie` that makes the browser forget the token. */
export const esquecerRenovacao = `${NAME}=; ${ATTRIBUTES}; Max-Age=0`;
