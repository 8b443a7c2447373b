import { createHash } from 'node:crypto';
import { type CallHandler, type ExecutionContext, type NestInterceptor, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { Usuario } from './auth.js';
import type { Database } from './database.js';
import { Problem } from './problem.js';

const IDEMPOTENTE = 'plataforma:idempotente';
const KEY = /^[\x21-\x7e]{8,128}$/;

/** With an `Idempotency-Key` header, which may be necessary, a repetition is answered with the first answer. */
export const Idempotente = (chave: 'OPCIONAL' | 'OBRIGATORIA' = 'OPCIONAL') => SetMetadata(IDEMPOTENTE, chave);

interface Stored {
  readonly hash: string;
  readonly status: number;
  readonly corpo: unknown;
}

/**
 * Idempotency keys (draft-ietf-httpapi-idempotency-key-header). The stored answer is a row of the same transaction as
 * the effect: either both exist or neither does, whatever crashes. An advisory lock of that transaction tells a
 * repetition that comes while the first still runs (409). An answer that is an error undid its transaction and is not
 * stored: nothing happened, so the same key may try again.
 */
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly database: Database,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest & { usuario?: Usuario }>();
    const header = request.headers['idempotency-key'];
    const wanted = this.reflector.get<string | undefined>(IDEMPOTENTE, context.getHandler());
    if (wanted === 'OBRIGATORIA' && header === undefined)
      throw new Problem(400, 'idempotencia.chave-ausente', 'Esta operação precisa do cabeçalho Idempotency-Key');
    if (wanted === undefined || header === undefined) return next.handle();
    if (typeof header !== 'string' || !KEY.test(header))
      throw new Problem(400, 'idempotencia.chave-invalida', 'Idempotency-Key deve ter de 8 a 128 caracteres visíveis');
    const route = `${request.method} ${request.routeOptions.url ?? ''}`;
    // Of the client's own words only a digest is kept: somebody may have put there what must not be stored.
    const key = `${request.usuario?.id ?? 'anonimo'} ${route} ${createHash('sha256').update(header).digest('hex')}`;
    const hash = createHash('sha256')
      .update(JSON.stringify([request.params, request.body ?? null]))
      .digest('hex');
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return from(this.database.transaction(() => this.once(key, hash, reply, next)));
  }

  private async once(key: string, hash: string, reply: FastifyReply, next: CallHandler): Promise<unknown> {
    const [lock] = await this.database.query<{ obtida: boolean }>(
      'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 1)) AS obtida',
      [key],
    );
    if (!lock?.obtida)
      throw new Problem(
        409,
        'idempotencia.em-andamento',
        'A primeira requisição com esta chave ainda está em andamento',
        {
          headers: { 'retry-after': '1' },
        },
      );
    const [stored] = await this.database.query<Stored>(
      'SELECT hash, status, corpo FROM idempotencia WHERE chave = $1',
      [key],
    );
    if (stored) {
      if (stored.hash !== hash)
        throw new Problem(422, 'idempotencia.corpo-diferente', 'Esta chave já foi usada com outro conteúdo');
      void reply.status(stored.status).header('idempotency-replayed', 'true');
      return stored.corpo;
    }
    const body: unknown = await lastValueFrom(next.handle(), { defaultValue: null });
    await this.database.query('INSERT INTO idempotencia (chave, hash, status, corpo) VALUES ($1, $2, $3, $4)', [
      key,
      hash,
      reply.statusCode,
      JSON.stringify(body ?? null),
    ]);
    return body;
  }
}
