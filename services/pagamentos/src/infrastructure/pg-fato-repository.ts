import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import { type FatoDaReserva, FatoRepository, type ReservaVista } from '../application/ports.js';

const KEEP =
  'INSERT INTO fatos_da_reserva (mensagem_id, reserva_id, tipo, ocorrido_em, dados) VALUES ($1, $2, $3, $4, $5)';
/** $6 cobradaSob, $7 situacao, $8 pago, $9 reembolso, $10 sequencia. */
const SEE = `
  INSERT INTO reservas_vistas AS r (reserva_id, cobrada_sob, situacao, pago_centavos, sequencia, situacao_sequencia)
  VALUES ($2, coalesce($6::uuid, $2), coalesce($7, 'CONFIRMADA'), coalesce($8::bigint, 0), $10, CASE WHEN $7::text IS NULL THEN 0 ELSE $10 END)
  ON CONFLICT (reserva_id) DO UPDATE
     SET cobrada_sob = coalesce($6::uuid, r.cobrada_sob),
         situacao = CASE WHEN $7::text IS NOT NULL AND $10 > r.situacao_sequencia THEN $7 ELSE r.situacao END,
         situacao_sequencia = CASE WHEN $7::text IS NULL THEN r.situacao_sequencia ELSE greatest(r.situacao_sequencia, $10) END,
         pago_centavos = CASE WHEN $10 > r.sequencia THEN coalesce($8::bigint, greatest(0, r.pago_centavos - $9::bigint))
                              ELSE r.pago_centavos END,
         sequencia = greatest(r.sequencia, $10), atualizada_em = now()`;

const parametersOf = ({ mensagemId, reservaId, tipo, ocorridoEm, dados }: FatoDaReserva) => [
  mensagemId,
  reservaId,
  tipo,
  ocorridoEm,
  JSON.stringify(dados),
];

@Injectable()
export class PgFatoRepository extends FatoRepository {
  constructor(private readonly database: Database) {
    super();
  }

  override async keep(fato: FatoDaReserva): Promise<void> {
    await this.database.change(KEEP, parametersOf(fato));
  }

  override async see(fato: FatoDaReserva, vista: ReservaVista): Promise<void> {
    const { cobradaSob, situacao, pago, reembolso, sequencia } = vista;
    await this.database.change(`WITH fato AS (${KEEP}) ${SEE}`, [
      ...parametersOf(fato),
      cobradaSob ?? null,
      situacao,
      pago,
      reembolso,
      sequencia,
    ]);
  }
}
