import { Injectable } from '@nestjs/common';
import { Database, Logger, metrics, Worker } from '@plataforma/platform';
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
    super({ name: 'fim das reservas', floorMs: POLL_FLOOR_MS, drain: (signal) => this.drain(signal) }, logger);
  }

  private async drain(signal: AbortSignal): Promise<number> {
    const due = await this.database.query<{ id: string; cobranca_id: string }>(
      `SELECT r.id, r.cobranca_id FROM reservas r
        WHERE r.presenca_vence_em <= now()
          AND NOT EXISTS (SELECT FROM presencas_adiadas a WHERE a.reserva_id = r.id AND a.tentar_em > now())
        ORDER BY r.presenca_vence_em LIMIT $1`,
      [BATCH],
    );
    for (const { id, cobranca_id } of due) {
      if (signal.aborted) break;
      await this.end(id, cobranca_id);
    }
    return due.length;
  }

  /** One that fails, or cannot be ended yet (a charge of it is being settled), keeps nobody else from ending. */
  private async end(reservaId: string, cobrancaId: string): Promise<void> {
    let motivo = 'cobranca-em-andamento';
    try {
      await this.saga.deliver(cobrancaId, { type: 'presenca-vencida', reservaId });
    } catch (error) {
      motivo = 'falha-interna';
      this.logger.error('O fim de uma reserva não pôde ser registrado', { reservaId, error });
    }
    const [adiada] = await this.database.query(
      `WITH ainda AS (SELECT id FROM reservas WHERE id = $1 AND presenca_vence_em <= now()),
            feita AS (DELETE FROM presencas_adiadas WHERE reserva_id = $1 AND NOT EXISTS (SELECT FROM ainda))
       INSERT INTO presencas_adiadas AS a (reserva_id, falhas, motivo, tentar_em)
       SELECT id, 1, $2, now() + interval '1 second' FROM ainda
       ON CONFLICT (reserva_id) DO UPDATE SET falhas = a.falhas + 1, motivo = $2,
          tentar_em = now() + least(interval '1 second' * 2 ^ least(a.falhas, 10), interval '1 minute')
       RETURNING reserva_id`,
      [reservaId, motivo],
    );
    if (adiada) metrics.adiados.inc({ trabalho: this.name, motivo });
  }
}
