import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Problem } from '@plataforma/platform';
import type { FastifyRequest } from 'fastify';

/** Origins besides our own whose pages may send cookies. */
export const ORIGENS_CONFIAVEIS = Symbol('ORIGENS_CONFIAVEIS');

const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);

/**
 * Refuses what a page of another origin sends with the user's cookies (CSRF): browsers say where a request comes from
 * by `Sec-Fetch-Site` and `Origin`, which no page can forge. A request with neither is no browser's and brings no
 * cookies but its own. The rules are those of Go's http.CrossOriginProtection.
 */
@Injectable()
export class OrigemConfiavel implements CanActivate {
  constructor(@Inject(ORIGENS_CONFIAVEIS) private readonly trusted: readonly string[]) {}

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    const { origin, host, 'sec-fetch-site': site } = headers;
    if (origin !== undefined && this.trusted.includes(origin)) return true;
    const sameOrigin =
      site === undefined ? origin === undefined || hostOf(origin) === host : site === 'same-origin' || site === 'none';
    if (!sameOrigin) throw new Problem(403, 'requisicao.origem-recusada', 'A requisição vem de outra origem');
    return true;
  }
}
