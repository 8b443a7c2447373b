import {
  type Database,
  type Logger,
  MAX_REVOCATIONS,
  mortalRedis,
  type Revogacoes,
  REVOCATIONS_STREAM,
  Worker,
} from '@plataforma/platform';
import { Redis } from 'ioredis';

/** Whoever verifies a token allows for clocks that differ; we allow them more, ms. */
const FOLGA_RELOGIOS_MS = 60_000;
/** How long until what another instance has ended, or could not tell, is looked for, ms. */
const PISO_MS = 1_000;
const LOTE = 1_000;

interface Row {
  readonly id: string;
  readonly encerrada_em: Date;
}

/**
 * Tells of sessions that were ended: this instance at once, the others of auth by the database, everyone by Redis. The
 * row remembers whether it was told there, so that no process that dies in between, nor a Redis that was away or has lost
 * its memory, keeps anybody from hearing of it.
 */
export class Divulgador extends Worker {
  private readonly redis: Redis;
  private avisado = false;
  /** What Redis was told before may be lost. */
  private recomecar = true;
  private visto = new Date(0);

  constructor(
    private readonly database: Database,
    url: string,
    /** Life of an access token, ms. */
    private readonly validadeMs: number,
    private readonly revogacoes: Revogacoes,
    logger: Logger,
  ) {
    super({ name: 'divulgação de revogações', floorMs: PISO_MS, drain: () => this.tell() }, logger);
    this.redis = new Redis(url, mortalRedis);
    this.redis.on('error', (error: Error) => this.warn(error));
    this.redis.on('close', () => (this.recomecar = true));
    this.redis.on('ready', () => this.wake());
  }

  override async onApplicationBootstrap(): Promise<void> {
    // Its failure is an 'error' as well, and is told there; the connection is tried again by itself.
    await this.redis.connect().catch(() => this.redis.status);
    this.start();
  }

  override async beforeApplicationShutdown(): Promise<void> {
    await super.beforeApplicationShutdown();
    this.redis.disconnect();
  }

  /** From when on no access token of a session that ended then is valid anyway. */
  tokensUntil(encerradaEm: Date): Date {
    return new Date(encerradaEm.getTime() + this.validadeMs + FOLGA_RELOGIOS_MS);
  }

  /** These have just been ended here. */
  ended(rows: readonly Row[]): void {
    for (const { id, encerrada_em } of rows) this.revogacoes.add(id, this.tokensUntil(encerrada_em));
    this.wake();
  }

  private async tell(): Promise<number> {
    await this.hear();
    if (this.redis.status !== 'ready') return 0;
    if (this.recomecar) {
      await this.database.change(
        `UPDATE sessoes SET divulgada_em = NULL WHERE encerrada_em > now() - $1 * interval '1 millisecond' AND divulgada_em IS NOT NULL`,
        [this.validadeMs + FOLGA_RELOGIOS_MS],
      );
      this.recomecar = false;
    }
    const rows = await this.database.query<Row>(
      `SELECT id, encerrada_em FROM sessoes
        WHERE encerrada_em > now() - $1 * interval '1 millisecond' AND divulgada_em IS NULL ORDER BY encerrada_em LIMIT ${LOTE}`,
      [this.validadeMs + FOLGA_RELOGIOS_MS],
    );
    if (rows.length === 0) return 0;
    const pipeline = this.redis.pipeline();
    for (const { id, encerrada_em } of rows)
      pipeline.xadd(
        REVOCATIONS_STREAM,
        'MAXLEN',
        '~',
        MAX_REVOCATIONS,
        '*',
        'sid',
        id,
        'ate',
        String(this.tokensUntil(encerrada_em).getTime()),
      );
    try {
      const answers = (await pipeline.exec()) ?? [];
      const failure = answers.find(([error]) => error)?.[0];
      if (failure) throw failure;
    } catch (error) {
      this.warn(error);
      return 0;
    }
    this.avisado = false;
    return this.database.change('UPDATE sessoes SET divulgada_em = now() WHERE id = ANY($1)', [
      rows.map(({ id }) => id),
    ]);
  }

  /** Once, until something could be told again. */
  private warn(error: unknown): void {
    if (!this.avisado) this.logger.warn('Redis indisponível: sessões encerradas contam-se por ele adiante', { error });
    this.avisado = true;
  }

  /** What other instances of auth have ended: of what they committed late, so much is looked at again. */
  private async hear(): Promise<void> {
    const rows = await this.database.query<Row>(
      `SELECT id, encerrada_em FROM sessoes
        WHERE encerrada_em > greatest($1, now() - $2 * interval '1 millisecond') - interval '30 s'
        ORDER BY encerrada_em DESC LIMIT ${MAX_REVOCATIONS}`,
      [this.visto, this.validadeMs + FOLGA_RELOGIOS_MS],
    );
    for (const { id, encerrada_em } of rows.toReversed()) this.revogacoes.add(id, this.tokensUntil(encerrada_em));
    this.visto = rows[0]?.encerrada_em ?? this.visto;
  }
}
