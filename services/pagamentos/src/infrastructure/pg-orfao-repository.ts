import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import { type Claim, Notifier, WorkTable } from '@plataforma/trabalho';
import { type Marca, type Orfao, OrfaoRepository } from '../application/ports.js';
import { movimentosDaDisputa, retidoPor } from '../domain/disputa.js';
import { captura, devolucao, devolucaoRecusada, type Movimento, taxa } from '../domain/lancamento.js';
import type { FatosDoOrfao } from '../domain/orfao.js';
import { recordMovement } from './record-movement.js';

/** Longer than the calls to the provider may take. */
const LEASE_MS = 40_000;

interface Row {
  readonly provedor_id: string;
  readonly reserva_id: string;
  readonly parcela: number;
  readonly cobranca_id: string | null;
}

@Injectable()
export class PgOrfaoRepository extends OrfaoRepository {
  override readonly aTratar: WorkTable<Orfao>;

  constructor(
    private readonly database: Database,
    notifier: Notifier,
  ) {
    super();
    this.aTratar = new WorkTable(database, notifier, {
      name: 'intentos órfãos',
      channel: 'orfaos',
      table: 'intentos_orfaos',
      key: ['provedor_id'],
      due: 'proxima_acao_em',
      lease: 'em_trabalho_ate',
      attempts: 'tentativas',
      // Each names the key of its own refund, also when the intent is looked at again.
      keepsAttempts: true,
      stuck: 'proxima_acao_em IS NOT NULL AND tentativas >= 10',
      toItem: (row: Row, tentativas) => ({
        provedorId: row.provedor_id,
        reservaId: row.reserva_id,
        parcela: row.parcela,
        cobrancaId: row.cobranca_id,
        tentativas,
      }),
      leaseMs: LEASE_MS,
      backoff: { firstMs: 1_000, maxMs: 300_000 },
    });
  }

  override async note(provedorId: string, { reservaId, parcela }: Marca, cobrancaId: string | null): Promise<void> {
    await this.database.change(
      `INSERT INTO intentos_orfaos AS o (provedor_id, reserva_id, parcela, cobranca_id) VALUES ($1, $2, $3, $4)
       ON CONFLICT (provedor_id) DO UPDATE SET cobranca_id = coalesce(o.cobranca_id, excluded.cobranca_id)`,
      [provedorId, reservaId, parcela, cobrancaId],
    );
    this.aTratar.announce();
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
    if (found > 0) this.aTratar.announce();
    return found > 0;
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

  override async settle(orfao: Orfao, posse: Claim, desfecho: 'CANCELADO' | 'DEVOLVIDO'): Promise<void> {
    await this.aTratar.holding(posse, async () => {
      await this.aTratar.finish(posse);
      await this.database.change('UPDATE intentos_orfaos SET desfecho = $2 WHERE provedor_id = $1', [
        orfao.provedorId,
        desfecho,
      ]);
      await this.database.change(
        `UPDATE webhooks SET estado = 'PROCESSADO', processado_em = now(), proxima_em = NULL
          WHERE intento_id = $1 AND estado = 'ESTACIONADO'`,
        [orfao.provedorId],
      );
    });
  }

  override async postpone(posse: Claim): Promise<void> {
    await this.aTratar.holding(posse, async () => {
      await this.database.change('UPDATE intentos_orfaos SET desfecho = NULL WHERE provedor_id = $1', [...posse.key]);
      await this.aTratar.postpone(posse);
    });
  }
}
