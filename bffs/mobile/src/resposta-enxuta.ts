import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { HttpExtension } from '@plataforma/platform';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';

/** Less than a packet does not get there sooner for being smaller, bytes. */
const LEAST = 600;
/** What a phone pays for is bytes; what we pay for is time: of brotli's levels the one that takes as long as gzip. */
const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
const PACKERS = {
  br: (body: string) => promisify(brotliCompress)(body, quality),
  gzip: (body: string) => promisify(gzip)(body),
};

/** Whether the client has it already (RFC 9110, section 13.1.2): the weak comparison, for it may come compressed. */
const has = (ifNoneMatch: string, etag: string): boolean =>
  ifNoneMatch.split(',').some((one) => one.trim().replace(/^W\//, '') === etag.replace(/^W\//, ''));

/** Each name once, whoever said it before. */
const varying = (reply: FastifyReply): string => {
  const ditos = String(reply.getHeader('vary') ?? '').split(',');
  const todos = [...ditos, 'authorization', 'accept-encoding', 'accept-language'];
  return [...new Set(todos.map((name) => name.trim().toLowerCase()).filter(Boolean))].join(', ');
};

/**
 * Sends nothing twice, and everything small: what is read has an ETag of what it says, and who has it is told so by 304;
 * the rest goes compressed as the client takes it.
 */
@Injectable()
export class RespostaEnxuta extends HttpExtension {
  extend(fastify: FastifyInstance): Promise<void> {
    fastify.addHook('onSend', async (request, reply, payload) => {
      if (typeof payload !== 'string' || !/\bjson\b/.test(String(reply.getHeader('content-type')))) return payload;
      if (request.method === 'GET' && reply.statusCode === 200 && reply.hasHeader('content-type')) {
        if (this.unchanged(request, reply, payload)) return '';
      }
      return this.packed(request, reply, payload);
    });
    return Promise.resolve();
  }

  private unchanged(request: FastifyRequest, reply: FastifyReply, payload: string): boolean {
    const etag = `W/"${createHash('sha256').update(payload).digest('base64url').slice(0, 22)}"`;
    // Of one person, to be asked about before it is shown again; what is everybody's says so itself.
    const cache = String(reply.getHeader('cache-control') ?? 'no-store');
    void reply.headers({
      etag: reply.getHeader('etag') ?? etag,
      'cache-control': cache.includes('no-store') ? 'private, no-cache' : cache,
      vary: varying(reply),
    });
    const said = request.headers['if-none-match'];
    if (said === undefined || !has(said, String(reply.getHeader('etag')))) return false;
    void reply.status(304).removeHeader('content-type').removeHeader('content-length');
    return true;
  }

  private async packed({ headers }: FastifyRequest, reply: FastifyReply, payload: string): Promise<string | Buffer> {
    const encoding = new Negotiator({ headers }).encoding(['br', 'gzip', 'identity']);
    if ((encoding !== 'br' && encoding !== 'gzip') || payload.length < LEAST) return payload;
    const body = await PACKERS[encoding](payload);
    void reply.headers({ 'content-encoding': encoding, vary: varying(reply) }).removeHeader('content-length');
    return body;
  }
}
