import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { instante, type SagaHttp, type SagasHttp } from '@plataforma/contracts';
import { Auditoria } from '@plataforma/messaging';
import { Database, decodeCursor, pageOf } from '@plataforma/platform';
import { z } from 'zod';
import { SagaInexistente, SagaSemPrazo } from '../domain/errors.js';
import { ReservaSagaRunner } from './reserva-saga-runner.js';

/** From so many failures in a row on somebody has to look. */
export const FALHAS_QUE_PARAM = 10;

type SagaRow = Omit<SagaHttp, 'prazo' | 'tentarEm' | 'atualizadaEm'> & {
  readonly prazo: Date | null;
  readonly tentarEm: Date | null;
  readonly atualizadaEm: Date;
};

const SITUACAO = `CASE WHEN s.prazo IS NULL THEN 'ENCERRADA' WHEN s.falhas >= ${FALHAS_QUE_PARAM} THEN 'PARADA'
  WHEN s.prazo < now() - interval '1 minute' THEN 'ATRASADA' ELSE 'ESPERANDO' END`;
const SELECT = `SELECT s.chave AS id, s.estado ->> 'passo' AS passo, ${SITUACAO} AS situacao, s.prazo, s.falhas,
  s.tentar_em AS "tentarEm", date_trunc('milliseconds', s.atualizada_em) AS "atualizadaEm" FROM sagas s WHERE s.nome = 'reserva'`;

const toHttp = ({ prazo, tentarEm, atualizadaEm, ...resto }: SagaRow): SagaHttp => ({
  ...resto,
  prazo: prazo?.toISOString() ?? null,
  tentarEm: tentarEm?.toISOString() ?? null,
  atualizadaEm: atualizadaEm.toISOString(),
});

export class ListarSagas extends Query<SagasHttp> {
  constructor(
    readonly filtro: {
      readonly situacao?: SagaHttp['situacao'] | undefined;
      readonly passo?: string | undefined;
      readonly cursor?: string | undefined;
      readonly limite: number;
    },
  ) {
    super();
  }
}

@QueryHandler(ListarSagas)
export class ListarSagasHandler implements IQueryHandler<ListarSagas> {
  constructor(private readonly database: Database) {}

  /** Those that have not changed for longest first. @throws Problem 400 for a foreign cursor */
  async execute({ filtro: { situacao, passo, cursor, limite } }: ListarSagas): Promise<SagasHttp> {
    const [em, id] = cursor === undefined ? [null, null] : decodeCursor(cursor, z.tuple([instante, z.uuid()]));
    const rows = await this.database.read<SagaRow>(
      `SELECT * FROM (${SELECT}) l
        WHERE ($1::text IS NULL OR l.situacao = $1) AND ($2::text IS NULL OR l.passo = $2)
          AND ($3::timestamptz IS NULL OR (l."atualizadaEm", l.id) > ($3, $4::uuid))
        ORDER BY l."atualizadaEm", l.id LIMIT $5`,
      [situacao ?? null, passo ?? null, em, id, limite + 1],
    );
    return pageOf(rows, limite, toHttp, (item) => [item.atualizadaEm, item.id]);
  }
}

export class RetomarSaga extends Command<SagaHttp> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(RetomarSaga)
export class RetomarSagaHandler implements ICommandHandler<RetomarSaga> {
  constructor(
    private readonly database: Database,
    private readonly auditoria: Auditoria,
    private readonly runner: ReservaSagaRunner,
  ) {}

  /**
   * Has its deadline dealt with at once, counted anew; one that has not passed is not brought forward: money and time
   * hang on it. @throws SagaInexistente, SagaSemPrazo
   */
  execute({ id }: RetomarSaga): Promise<SagaHttp> {
    return this.database.transaction(async () => {
      const due = await this.database.change(
        `UPDATE sagas SET falhas = 0, tentar_em = NULL WHERE nome = 'reserva' AND chave = $1 AND prazo <= now()`,
        [id],
      );
      const [row] = await this.database.query<SagaRow>(`${SELECT} AND s.chave = $1`, [id]);
      if (!row) throw new SagaInexistente();
      if (due === 0) throw new SagaSemPrazo();
      await this.auditoria.record('saga.retomada', { alvo: `saga-reserva/${id}` });
      this.database.afterCommit(() => this.runner.wake());
      return toHttp(row);
    });
  }
}
