import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { EventStore } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import { DisputaRepository } from '../application/ports.js';
import { type DisputaNoProvedor, movimentosDaDisputa, retidoPor, type SituacaoDaDisputa } from '../domain/disputa.js';
import { recordMovement } from './record-movement.js';

/** What others are told of a dispute, again whenever any of it changes. */
interface Contada {
  readonly situacao: SituacaoDaDisputa;
  readonly valorCentavos: number;
  readonly retidoCentavos: number;
  readonly estornavel: boolean;
  readonly consulta: boolean;
}

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
      const [cobranca] = await this.database.query<{ reserva_id: string; cliente_id: string; parcela: number }>(
        'SELECT reserva_id, cliente_id, parcela FROM cobrancas WHERE id = $1 FOR UPDATE',
        [cobrancaId],
      );
      if (!cobranca) return;
      const [antes] = await this.database.query<Contada>(
        `SELECT situacao, valor_centavos::float8 AS "valorCentavos", retido_centavos::float8 AS "retidoCentavos", estornavel, consulta
           FROM disputas WHERE provedor_id = $1`,
        [disputa.provedorId],
      );
      const id = await this.upsert(cobrancaId, disputa);
      for (const movimento of movimentosDaDisputa(disputa)) await recordMovement(this.database, cobrancaId, movimento);
      const { situacao, valorCentavos, estornavel, consulta, motivo } = disputa;
      const agora: Contada = { situacao, valorCentavos, retidoCentavos: retidoPor(disputa), estornavel, consulta };
      if (antes && JSON.stringify(antes) === JSON.stringify(agora)) return;
      await this.events.append(`pagamento/${cobrancaId}`, [
        {
          type: 'pagamento.disputado.v1',
          data: {
            pagamentoId: cobrancaId,
            reservaId: cobranca.reserva_id,
            clienteId: cobranca.cliente_id,
            parcela: cobranca.parcela,
            moeda: 'BRL',
            disputaId: id,
            motivo,
            ...agora,
          },
        },
      ]);
    });
  }

  private async upsert(cobrancaId: string, disputa: DisputaNoProvedor): Promise<string> {
    const [row] = await this.database.query<{ id: string }>(
      // What the provider shows now is asked, never told: a lost one may be appealed, and end anew.
      `INSERT INTO disputas AS d (id, provedor_id, cobranca_id, valor_centavos, situacao, motivo, responder_ate, aberta_em, encerrada_em,
                                  retido_centavos, estornavel, consulta)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, CASE WHEN $5 <> 'ABERTA' THEN now() END, $9, $10, $11)
       ON CONFLICT (provedor_id) DO UPDATE
          SET situacao = excluded.situacao, valor_centavos = excluded.valor_centavos, retido_centavos = excluded.retido_centavos,
              estornavel = excluded.estornavel, consulta = excluded.consulta,
              encerrada_em = CASE WHEN excluded.situacao <> 'ABERTA' THEN coalesce(d.encerrada_em, excluded.encerrada_em) END,
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
        retidoPor(disputa),
        disputa.estornavel,
        disputa.consulta,
      ],
    );
    if (!row) throw new Error('a disputa não foi gravada');
    return row.id;
  }
}
