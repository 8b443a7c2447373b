import { StreamableFile } from '@nestjs/common';
import type { UpstreamAnswer, UpstreamFile } from '@plataforma/platform';
import type { FastifyReply } from 'fastify';

/**
 * The answer's body. What its headers say goes on to the client: the version, for a later If-Match, and that it is a
 * stored answer for the same Idempotency-Key.
 */
export function bodyOf<T>(
  { body, replayed, etag }: Pick<UpstreamAnswer<T>, 'body' | 'replayed' | 'etag'>,
  reply: FastifyReply,
): T {
  if (replayed) void reply.header('idempotency-replayed', 'true');
  if (etag !== undefined) void reply.header('etag', etag);
  return body;
}

/** The file as it comes, never whole in memory; a client that goes away ends the service's work too. */
export function fileOf({ status, headers, body }: UpstreamFile, reply: FastifyReply): StreamableFile {
  void reply.status(status).headers(headers);
  return new StreamableFile(body);
}
