import type { UpstreamAnswer } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';

/** The answer's body; that it is a stored one for the same Idempotency-Key is told to the client as the service told us. */
export function bodyOf<T>({ body, replayed }: UpstreamAnswer<T>, reply: FastifyReply): T {
  if (replayed) void reply.header('idempotency-replayed', 'true');
  return body;
}
