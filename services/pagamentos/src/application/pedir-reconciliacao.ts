import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { ReconciliacaoHttp } from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import { ReconciliacaoInexistente } from '../domain/errors.js';
import { ReconciliacaoRepository } from './ports.js';

interface Row {
  id: string;
  desde: Date;
  pedida_em: Date;
  concluida_em: Date | null;
  resultado: Pick<ReconciliacaoHttp, 'conferidos' | 'divergencias'> | null;
}

/* Comparisons on demand: asked for here, done in the background, and their outcome read here. */

export class PedirReconciliacao extends Command<string> {
  constructor(readonly desde: string | undefined) {
    super();
  }
}

@CommandHandler(PedirReconciliacao)
export class PedirReconciliacaoHandler implements ICommandHandler<PedirReconciliacao> {
  constructor(private readonly reconciliacoes: ReconciliacaoRepository) {}

  /** @returns its id */
  execute({ desde }: PedirReconciliacao): Promise<string> {
    return this.reconciliacoes.insert(desde);
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
    const [row] = await this.database.query<Row>('SELECT * FROM reconciliacoes WHERE id = $1', [id]);
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
}
