import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  Optional,
  SetMetadata,
  UseInterceptors,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import type { Usuario } from './auth.js';
import { Database } from './database.js';
import { Problem } from './problem.js';
import { type ContestedRequest, Rush } from './rush.js';

const IDEMPOTENTE = 'plataforma:idempotente';
const KEY = /^[\x21-\x7e]{8,128}$/;

/** With an `Idempotency-Key` header, which may be necessary, a repetition is answered with the first answer. */
export const Idempotente = (chave: 'OPCIONAL' | 'OBRIGATORIA' = 'OPCIONAL') =>
  applyDecorators(SetMetadata(IDEMPOTENTE, chave), UseInterceptors(IdempotencyInterceptor));

interface Stored {
  readonly hash: string;
  readonly status: number;
  readonly corpo: unknown;
}

/**
 * Idempotency keys (draft-ietf-httpapi-idempotency-key-header). The stored answer is a row of the same transaction as
 * the effect: either both exist or neither does, whatever crashes. An advisory lock of that transaction tells a
 * repetition that comes while the first still runs (409). An answer that is an error undid its transaction and is not
 * stored: nothing happened, so the same key may try again. Where there is no database whoever is asked next does this.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  private asking: ReturnType<IdempotencyInterceptor['ask']> | undefined;

  constructor(
    @Inject(Reflector) private readonly reflector: Reflector,
    @Optional() @Inject(Database) private readonly database?: Database,
    @Optional() @Inject(Rush) private readonly rush?: Rush,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { database, rush } = this;
    if (!database || !rush) return next.handle();
    const request = context.switchToHttp().getRequest<ContestedRequest & { usuario?: Usuario }>();
    const header = request.headers['idempotency-key'];
    const wanted = this.reflector.get<string>(IDEMPOTENTE, context.getHandler());
    if (wanted === 'OBRIGATORIA' && header === undefined)
      throw new Problem(400, 'idempotencia.chave-ausente', 'Esta operação precisa do cabeçalho Idempotency-Key');
    const route = `${request.method} ${request.routeOptions.url ?? ''}`;
    const { contested } = request;
    const handled = () => lastValueFrom<unknown, null>(next.handle(), { defaultValue: null });
    if (header === undefined)
      return contested ? from(rush.enter(contested, () => Promise.resolve(false), handled)) : next.handle();
    if (typeof header !== 'string' || !KEY.test(header))
      throw new Problem(400, 'idempotencia.chave-invalida', 'Idempotency-Key deve ter de 8 a 128 caracteres visíveis');
    // Of the client's own words only a digest is kept: somebody may have put there what must not be stored.
    const key = `${request.usuario?.id ?? 'anonimo'} ${route} ${createHash('sha256').update(header).digest('hex')}`;
    const hash = createHash('sha256')
      .update(JSON.stringify([request.params, request.body ?? null]))
      .digest('hex');
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const work = () => database.transaction(() => this.once(database, key, hash, reply, handled));
    return from(contested ? rush.enter(contested, () => this.known(database, key), work) : work());
  }

  /** Whether there is an answer under this key; all who ask in the same turn of the event loop ask at once. */
  private async known(database: Database, key: string): Promise<boolean> {
    this.asking ??= this.ask(database);
    this.asking.keys.push(key);
    return (await this.asking.answer).has(key);
  }

  private ask(database: Database): { readonly keys: string[]; readonly answer: Promise<ReadonlySet<string>> } {
    const keys: string[] = [];
    const answer = nextTurn().then(async () => {
      this.asking = undefined;
      const rows = await database.query<{ chave: string }>('SELECT chave FROM idempotencia WHERE chave = ANY($1)', [
        keys,
      ]);
      return new Set(rows.map(({ chave }) => chave));
    });
    return { keys, answer };
  }

  private async once(
    database: Database,
    key: string,
    hash: string,
    reply: FastifyReply,
    handled: () => Promise<unknown>,
  ): Promise<unknown> {
    // The second is carried out after the first and sees what has been committed by then; nobody waits in between.
    const [[lock], [stored]] = await Promise.all([
      database.query<{ obtida: boolean }>('SELECT pg_try_advisory_xact_lock(hashtextextended($1, 1)) AS obtida', [key]),
      database.query<Stored>('SELECT hash, status, corpo FROM idempotencia WHERE chave = $1', [key]),
    ]);
    if (!lock?.obtida)
      throw new Problem(
        409,
        'idempotencia.em-andamento',
        'A primeira requisição com esta chave ainda está em andamento',
        {
          headers: { 'retry-after': '1' },
        },
      );
    if (stored) {
      if (stored.hash !== hash)
        throw new Problem(422, 'idempotencia.corpo-diferente', 'Esta chave já foi usada com outro conteúdo');
      void reply.status(stored.status).header('idempotency-replayed', 'true');
      return stored.corpo;
    }
    const body = await handled();
    await database.write('INSERT INTO idempotencia (chave, hash, status, corpo) VALUES ($1, $2, $3, $4)', [
      key,
      hash,
      reply.statusCode,
      JSON.stringify(body ?? null),
    ]);
    return body;
  }
}
