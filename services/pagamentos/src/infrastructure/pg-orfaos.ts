import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import { type Marca, type Orfao, OrfaoRepository } from '../application/ports.js';
import { captura, devolucao } from '../domain/lancamento.js';
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

  override async settle(orfao: Orfao, devolvido: Parameters<OrfaoRepository['settle']>[1]): Promise<void> {
    await this.database.transaction(async () => {
      if (devolvido && orfao.cobrancaId !== null) {
        const { capturadoCentavos, estornoProvedorId } = devolvido;
        await recordMovement(this.database, orfao.cobrancaId, captura(orfao.provedorId, capturadoCentavos));
        await recordMovement(this.database, orfao.cobrancaId, devolucao(estornoProvedorId, capturadoCentavos));
      }
      await this.database.change(
        `UPDATE intentos_orfaos SET desfecho = $2, em_trabalho_ate = NULL, proxima_acao_em = NULL WHERE provedor_id = $1`,
        [orfao.provedorId, devolvido ? 'DEVOLVIDO' : 'CANCELADO'],
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
      `UPDATE intentos_orfaos SET em_trabalho_ate = NULL,
              proxima_acao_em = now() + least(interval '500 milliseconds' * 2 ^ least(tentativas, 12), interval '5 minutes')
        WHERE provedor_id = $1 AND proxima_acao_em IS NOT NULL`,
      [provedorId],
    );
  }
}
