import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Problem } from '@plataforma/platform';
import type { FastifyRequest } from 'fastify';

const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);

/** Origins, besides its own, whose pages may send the user's cookies. */
export class OrigensConfiaveis {
  constructor(readonly lista: readonly string[]) {}
}

/**
 * Refuses what a page of another origin sends with the user's cookies (CSRF): browsers say where a request comes from
 * by `Sec-Fetch-Site` and `Origin`, which no page can forge. A request with neither is no browser's and brings no
 * cookies but its own. The rules are those of Go's http.CrossOriginProtection.
 */
@Injectable()
export class OrigemConfiavel implements CanActivate {
  constructor(private readonly trusted: OrigensConfiaveis) {}

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    const { origin, host, 'sec-fetch-site': site } = headers;
    if (origin !== undefined && this.trusted.lista.includes(origin)) return true;
    const sameOrigin =
      site === undefined ? origin === undefined || hostOf(origin) === host : site === 'same-origin' || site === 'none';
    if (!sameOrigin) throw new Problem(403, 'requisicao.origem-recusada', 'A requisição vem de outra origem');
    return true;
  }
}
