import type { Cabecalhos } from '@plataforma/contracts';
import type { FastifyRequest } from 'fastify';

const PASSED_ON = ['authorization', 'idempotency-key', 'accept-language', 'if-match', 'if-none-match', 'user-agent'];

/**
 * What of the caller's request goes on to the services; the correlation id travels by itself. The services see the
 * user's own token, never an identity that a header claims, and of `X-Forwarded-For` only the one address that the
 * trusted proxies vouch for: what the caller wrote there goes no further.
 */
export function forwardedHeaders({ headers, ip }: FastifyRequest): Cabecalhos {
  const passed = PASSED_ON.map((name) => [name, headers[name]] as const);
  return {
    ...Object.fromEntries(passed.filter((entry): entry is [string, string] => typeof entry[1] === 'string')),
    'x-forwarded-for': ip,
  };
}
