import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { EventStore } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import { DisputaRepository } from '../application/ports.js';
import { contar, type DisputaNoProvedor, movimentosDaDisputa, type SituacaoDaDisputa } from '../domain/disputa.js';
import { recordMovement } from './pg-lancamentos.js';

@Injectable()
export class PgDisputaRepository extends DisputaRepository {
  constructor(
    private readonly database: Database,
    private readonly events: EventStore,
  ) {
    super();
  }

  override async save(cobrancaId: string, disputa: DisputaNoProvedor): Promise<void> {
    await this.database.transaction(async () => {
      const [cobranca] = await this.database.query<{ reserva_id: string; parcela: number }>(
        'SELECT reserva_id, parcela FROM cobrancas WHERE id = $1 FOR UPDATE',
        [cobrancaId],
      );
      if (!cobranca) return;
      const [antes] = await this.database.query<{ situacao: SituacaoDaDisputa }>(
        'SELECT situacao FROM disputas WHERE provedor_id = $1',
        [disputa.provedorId],
      );
      const id = await this.upsert(cobrancaId, disputa);
      for (const movimento of movimentosDaDisputa(disputa)) await recordMovement(this.database, cobrancaId, movimento);
      const situacao = contar(antes?.situacao, disputa.situacao);
      if (!situacao) return;
      await this.events.append(`pagamento/${cobrancaId}`, [
        {
          type: 'pagamento.disputado.v1',
          data: {
            pagamentoId: cobrancaId,
            reservaId: cobranca.reserva_id,
            parcela: cobranca.parcela,
            valorCentavos: disputa.valorCentavos,
            moeda: 'BRL',
            disputaId: id,
            situacao,
            motivo: disputa.motivo,
          },
        },
      ]);
    });
  }

  private async upsert(cobrancaId: string, disputa: DisputaNoProvedor): Promise<string> {
    const [row] = await this.database.query<{ id: string }>(
      `INSERT INTO disputas AS d (id, provedor_id, cobranca_id, valor_centavos, situacao, motivo, responder_ate, aberta_em, encerrada_em)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, CASE WHEN $5 <> 'ABERTA' THEN now() END)
       ON CONFLICT (provedor_id) DO UPDATE
          SET situacao = CASE WHEN d.situacao = 'ABERTA' THEN excluded.situacao ELSE d.situacao END,
              encerrada_em = coalesce(d.encerrada_em, excluded.encerrada_em),
              responder_ate = excluded.responder_ate, atualizada_em = now()
       RETURNING id`,
      [
        randomUUIDv7(),
        disputa.provedorId,
        cobrancaId,
        disputa.valorCentavos,
        disputa.situacao,
        disputa.motivo,
        disputa.responderAte,
        disputa.abertaEm,
      ],
    );
    if (!row) throw new Error('a disputa não foi gravada');
    return row.id;
  }
}
