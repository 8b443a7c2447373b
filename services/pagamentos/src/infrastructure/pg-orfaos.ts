import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import { type Marca, type Orfao, OrfaoRepository } from '../application/ports.js';
import { movimentosDaDisputa, retidoPor } from '../domain/disputa.js';
import { captura, devolucao, devolucaoRecusada, type Movimento, taxa } from '../domain/lancamento.js';
import type { FatosDoOrfao } from '../domain/orfao.js';
import { recordMovement } from './pg-lancamentos.js';

const LEASE_S = 40;

@Injectable()
export class PgOrfaoRepository extends OrfaoRepository {
  constructor(private readonly database: Database) {
    super();
  }

  override async note(provedorId: string, { reservaId, parcela }: Marca, cobrancaId: string | null): Promise<void> {
    await this.database.change(
      `INSERT INTO intentos_orfaos AS o (provedor_id, reserva_id, parcela, cobranca_id) VALUES ($1, $2, $3, $4)
       ON CONFLICT (provedor_id) DO UPDATE SET cobranca_id = coalesce(o.cobranca_id, excluded.cobranca_id)`,
      [provedorId, reservaId, parcela, cobrancaId],
    );
  }

  override async isKnown(provedorId: string): Promise<boolean> {
    const rows = await this.database.query('SELECT FROM intentos_orfaos WHERE provedor_id = $1', [provedorId]);
    return rows.length > 0;
  }

  override async reopen(provedorId: string): Promise<boolean> {
    const found = await this.database.change(
      'UPDATE intentos_orfaos SET proxima_acao_em = now() WHERE provedor_id = $1',
      [provedorId],
    );
    return found > 0;
  }

  override async claim(limite: number): Promise<Orfao[]> {
    const rows = await this.database.query<{
      provedor_id: string;
      reserva_id: string;
      parcela: number;
      cobranca_id: string | null;
      tentativas: number;
    }>(
      `UPDATE intentos_orfaos SET em_trabalho_ate = now() + make_interval(secs => $2), tentativas = tentativas + 1
        WHERE provedor_id IN (SELECT provedor_id FROM intentos_orfaos
                               WHERE proxima_acao_em <= now() AND (em_trabalho_ate IS NULL OR em_trabalho_ate < now())
                               ORDER BY proxima_acao_em LIMIT $1 FOR UPDATE SKIP LOCKED)
        RETURNING provedor_id, reserva_id, parcela, cobranca_id, tentativas`,
      [limite, LEASE_S],
    );
    return rows.map((row) => ({
      provedorId: row.provedor_id,
      reservaId: row.reserva_id,
      parcela: row.parcela,
      cobrancaId: row.cobranca_id,
      tentativas: row.tentativas,
    }));
  }

  override async record({ provedorId: intentoId, cobrancaId }: Orfao, fatos: FatosDoOrfao): Promise<void> {
    const vistos = [
      ...fatos.estornos.map(({ provedorId, situacao, valorCentavos }) => ({ provedorId, situacao, valorCentavos })),
      ...fatos.disputas.map((disputa) => ({
        provedorId: disputa.provedorId,
        situacao: `${disputa.situacao}/${retidoPor(disputa)}`,
        valorCentavos: disputa.valorCentavos,
      })),
    ];
    await this.database.transaction(async () => {
      await this.database.change(
        `INSERT INTO movimentos_de_orfaos (provedor_id, intento_id, situacao, valor_centavos)
         SELECT v."provedorId", $1, v.situacao, v."valorCentavos"
           FROM jsonb_to_recordset($2::jsonb) AS v("provedorId" text, situacao text, "valorCentavos" bigint)
         ON CONFLICT (provedor_id) DO UPDATE SET situacao = excluded.situacao, visto_em = now()`,
        [intentoId, JSON.stringify(vistos)],
      );
      if (cobrancaId === null) return;
      for (const movimento of await this.movements(intentoId, fatos))
        await recordMovement(this.database, cobrancaId, movimento);
    });
  }

  /** A refund that failed had moved money only if it was seen to be made before. */
  private async movements(
    intentoId: string,
    { capturadoCentavos, taxa: tarifa, estornos, disputas }: FatosDoOrfao,
  ): Promise<Movimento[]> {
    const made = await this.database.query<{ origem: string; valor: string }>(
      `SELECT origem, valor_centavos AS valor FROM lancamentos WHERE conta = 'CLIENTE' AND origem = ANY($1)`,
      [estornos.map(({ provedorId }) => `estorno/${provedorId}`)],
    );
    const booked = new Map(made.map(({ origem, valor }) => [origem, Number(valor)]));
    return [
      captura(intentoId, capturadoCentavos),
      ...(tarifa && tarifa.centavos !== 0 ? [taxa(tarifa.transacaoId, tarifa.centavos)] : []),
      ...estornos.flatMap(({ provedorId, situacao, valorCentavos }) => {
        if (situacao === 'CONCLUIDO') return [devolucao(provedorId, valorCentavos)];
        const antes = booked.get(`estorno/${provedorId}`);
        return situacao === 'FALHOU' && antes !== undefined ? [devolucaoRecusada(provedorId, antes)] : [];
      }),
      ...disputas.flatMap(movimentosDaDisputa),
    ];
  }

  override async settle(orfao: Orfao, desfecho: 'CANCELADO' | 'DEVOLVIDO'): Promise<void> {
    await this.database.transaction(async () => {
      await this.database.change(
        `UPDATE intentos_orfaos SET desfecho = $2, em_trabalho_ate = NULL, proxima_acao_em = NULL WHERE provedor_id = $1`,
        [orfao.provedorId, desfecho],
      );
      await this.database.change(
        `UPDATE webhooks SET estado = 'PROCESSADO', processado_em = now(), proxima_em = NULL
          WHERE intento_id = $1 AND estado = 'ESTACIONADO'`,
        [orfao.provedorId],
      );
    });
  }

  override async postpone(provedorId: string): Promise<void> {
    await this.database.change(
      `UPDATE intentos_orfaos SET em_trabalho_ate = NULL, desfecho = NULL,
              proxima_acao_em = now() + least(interval '500 milliseconds' * 2 ^ least(tentativas, 12), interval '5 minutes')
        WHERE provedor_id = $1 AND proxima_acao_em IS NOT NULL`,
      [provedorId],
    );
  }
}
