import { Injectable } from '@nestjs/common';
import { Database, isUnavailable, Logger, Worker } from '@plataforma/platform';
import { ReservaSaga } from './reserva-saga.js';

const POLL_FLOOR_MS = 1_000;
const BATCH = 50;

/** Ends bookings whose time is over, and frees the space of those who did not come. */
@Injectable()
export class EncerrarPresencas extends Worker {
  constructor(
    private readonly database: Database,
    private readonly saga: ReservaSaga,
    logger: Logger,
  ) {
    super({ name: 'fim das reservas', floorMs: POLL_FLOOR_MS, drain: () => this.drain() }, logger);
  }

  /** One that cannot be ended yet (a charge of it is being settled) is found again at the next look. */
  private async drain(): Promise<number> {
    const due = await this.database.query<{ id: string; cobranca_id: string }>(
      'SELECT id, cobranca_id FROM reservas WHERE presenca_vence_em <= now() ORDER BY presenca_vence_em LIMIT $1',
      [BATCH],
    );
    for (const { id, cobranca_id } of due) await this.end(id, cobranca_id);
    const [left] = await this.database.query<{ left: number }>(
      'SELECT count(*)::int AS left FROM reservas WHERE id = ANY($1) AND presenca_vence_em <= now()',
      [due.map(({ id }) => id)],
    );
    return due.length - (left?.left ?? 0);
  }

  /** One that fails keeps nobody else from ending. */
  private async end(reservaId: string, cobrancaId: string): Promise<void> {
    try {
      await this.saga.deliver(cobrancaId, { type: 'presenca-vencida', reservaId });
    } catch (error) {
      if (isUnavailable(error)) throw error;
      this.logger.error('O fim de uma reserva não pôde ser registrado', { reservaId, error });
    }
  }
}
