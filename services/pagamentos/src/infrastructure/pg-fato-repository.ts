import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import { type FatoDaReserva, FatoRepository, type ReservaVista } from '../application/ports.js';

@Injectable()
export class PgFatoRepository extends FatoRepository {
  constructor(private readonly database: Database) {
    super();
  }

  override async keep({ mensagemId, reservaId, tipo, ocorridoEm, dados }: FatoDaReserva): Promise<void> {
    await this.database.change(
      'INSERT INTO fatos_da_reserva (mensagem_id, reserva_id, tipo, ocorrido_em, dados) VALUES ($1, $2, $3, $4, $5)',
      [mensagemId, reservaId, tipo, ocorridoEm, JSON.stringify(dados)],
    );
  }

  override async see({ reservaId, cobradaSob, situacao, pago, reembolso, sequencia }: ReservaVista): Promise<void> {
    await this.database.change(
      `INSERT INTO reservas_vistas AS r (reserva_id, cobrada_sob, situacao, pago_centavos, sequencia, situacao_sequencia)
       VALUES ($1, coalesce($2::uuid, $1), coalesce($3, 'CONFIRMADA'), coalesce($4::bigint, 0), $6, CASE WHEN $3::text IS NULL THEN 0 ELSE $6 END)
       ON CONFLICT (reserva_id) DO UPDATE
          SET cobrada_sob = coalesce($2::uuid, r.cobrada_sob),
              situacao = CASE WHEN $3::text IS NOT NULL AND $6 > r.situacao_sequencia THEN $3 ELSE r.situacao END,
              situacao_sequencia = CASE WHEN $3::text IS NULL THEN r.situacao_sequencia ELSE greatest(r.situacao_sequencia, $6) END,
              pago_centavos = CASE WHEN $6 > r.sequencia THEN coalesce($4::bigint, greatest(0, r.pago_centavos - $5::bigint))
                                   ELSE r.pago_centavos END,
              sequencia = greatest(r.sequencia, $6), atualizada_em = now()`,
      [reservaId, cobradaSob ?? null, situacao, pago, reembolso, sequencia],
    );
  }
}
