import { randomUUIDv7 } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { ReconciliacaoHttp } from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import { Notifier } from '@plataforma/trabalho';
import { ReconciliacaoInexistente } from '../domain/errors.js';
import { ASKED } from './reconciliacao-continua.js';

const DEFAULT_DAYS = 30;

interface Row {
  id: string;
  desde: Date;
  pedida_em: Date;
  concluida_em: Date | null;
  resultado: Pick<ReconciliacaoHttp, 'conferidos' | 'divergencias'> | null;
}

/* Comparisons on demand: asked for here, done in the background, and their outcome read here. */

export class PedirReconciliacao extends Command<ReconciliacaoHttp> {
  constructor(readonly desde: string | undefined) {
    super();
  }
}

@CommandHandler(PedirReconciliacao)
export class PedirReconciliacaoHandler implements ICommandHandler<PedirReconciliacao> {
  constructor(
    private readonly database: Database,
    private readonly notifier: Notifier,
  ) {}

  async execute({ desde }: PedirReconciliacao): Promise<ReconciliacaoHttp> {
    const id = randomUUIDv7();
    await this.database.change(
      `INSERT INTO reconciliacoes (id, desde) VALUES ($1, coalesce($2::timestamptz, now() - make_interval(days => $3)))`,
      [id, desde ?? null, DEFAULT_DAYS],
    );
    this.notifier.announce(ASKED);
    return load(this.database, id);
  }
}

export class ConsultarReconciliacao extends Query<ReconciliacaoHttp> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(ConsultarReconciliacao)
export class ConsultarReconciliacaoHandler implements IQueryHandler<ConsultarReconciliacao> {
  constructor(private readonly database: Database) {}

  /** @throws ReconciliacaoInexistente */
  async execute({ id }: ConsultarReconciliacao): Promise<ReconciliacaoHttp> {
    return load(this.database, id);
  }
}

async function load(database: Database, id: string): Promise<ReconciliacaoHttp> {
  const [row] = await database.query<Row>('SELECT * FROM reconciliacoes WHERE id = $1', [id]);
  if (!row) throw new ReconciliacaoInexistente();
  return {
    id: row.id,
    desde: row.desde.toISOString(),
    pedidaEm: row.pedida_em.toISOString(),
    concluidaEm: row.concluida_em?.toISOString() ?? null,
    conferidos: row.resultado?.conferidos ?? null,
    divergencias: row.resultado?.divergencias ?? [],
  };
}
