import { Injectable } from '@nestjs/common';
import { EventStore } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import { type Estorno, type EstornoNoProvedor, EstornoRepository } from '../application/ports.js';
import { EstornoAcimaDoCapturado, PagamentoInexistente } from '../domain/errors.js';
import { estorno as movimentoDeEstorno } from '../domain/lancamento.js';
import { recordMovement } from './pg-lancamentos.js';

const LEASE_S = 40;
/** How often a refund that the provider still processes is looked at, s. */
const POLL_S = 30;

const BACKOFF = `now() + least(interval '500 milliseconds' * 2 ^ least(tentativas, 12), interval '5 minutes')`;

interface Row {
  id: string;
  cobranca_id: string;
  reserva_id: string;
  valor_centavos: string;
  intento_id: string;
  provedor_id: string | null;
  chave_tentativa: number;
}

const toEstorno = (row: Row): Estorno => ({
  id: row.id,
  cobrancaId: row.cobranca_id,
  reservaId: row.reserva_id,
  valorCentavos: Number(row.valor_centavos),
  intentoId: row.intento_id,
  provedorId: row.provedor_id,
  chaveTentativa: row.chave_tentativa,
});

@Injectable()
export class PgEstornoRepository extends EstornoRepository {
  constructor(
    private readonly database: Database,
    private readonly events: EventStore,
  ) {
    super();
  }

  override async create({
    id,
    reservaId,
    valorCentavos,
    motivo,
  }: Parameters<EstornoRepository['create']>[0]): Promise<void> {
    await this.database.transaction(async () => {
      // The charge's row is the lock under which its refunds are counted.
      const [cobranca] = await this.database.query<{ id: string; estado: string; valor_centavos: string }>(
        'SELECT id, estado, valor_centavos FROM cobrancas WHERE reserva_id = $1 FOR UPDATE',
        [reservaId],
      );
      if (cobranca?.estado !== 'APROVADA') throw new PagamentoInexistente();
      const [soma] = await this.database.query<{ pedido: string; existe: boolean }>(
        `SELECT coalesce(sum(valor_centavos), 0) AS pedido, coalesce(bool_or(id = $2), false) AS existe
           FROM estornos WHERE cobranca_id = $1`,
        [cobranca.id, id],
      );
      if (soma?.existe) return;
      const disponivel = Number(cobranca.valor_centavos) - Number(soma?.pedido ?? 0);
      if (valorCentavos > disponivel) throw new EstornoAcimaDoCapturado(disponivel);
      await this.database.change(
        `INSERT INTO estornos (id, cobranca_id, valor_centavos, motivo, estado) VALUES ($1, $2, $3, $4, 'A_FAZER')`,
        [id, cobranca.id, valorCentavos, motivo],
      );
    });
  }

  override async claim(limite: number): Promise<Estorno[]> {
    const rows = await this.database.query<Row>(
      `UPDATE estornos e SET em_trabalho_ate = now() + make_interval(secs => $2), tentativas = e.tentativas + 1
         FROM cobrancas c
        WHERE c.id = e.cobranca_id AND e.id IN (
          SELECT id FROM estornos
           WHERE proxima_acao_em <= now() AND (em_trabalho_ate IS NULL OR em_trabalho_ate < now())
           ORDER BY proxima_acao_em LIMIT $1 FOR UPDATE SKIP LOCKED)
        RETURNING e.*, c.reserva_id, c.provedor_id AS intento_id, e.provedor_id AS provedor_id`,
      [limite, LEASE_S],
    );
    return rows.map(toEstorno);
  }

  override async save(estorno: Estorno, { provedorId, situacao, falha }: EstornoNoProvedor): Promise<void> {
    await this.database.transaction(async () => {
      // Always the charge first, then its refunds: one order of locks for all.
      await this.database.query('SELECT FROM cobrancas WHERE id = $1 FOR UPDATE', [estorno.cobrancaId]);
      const [atual] = await this.database.query<{ estado: string }>(
        'SELECT estado FROM estornos WHERE id = $1 FOR UPDATE',
        [estorno.id],
      );
      if (atual?.estado === 'CONCLUIDO') return;
      switch (situacao) {
        case 'CONCLUIDO':
          await this.complete(estorno, provedorId);
          break;
        case 'EM_PROCESSAMENTO':
          await this.database.change(
            `UPDATE estornos SET estado = 'EM_PROCESSAMENTO', provedor_id = $2, em_trabalho_ate = NULL,
                    proxima_acao_em = now() + make_interval(secs => $3) WHERE id = $1`,
            [estorno.id, provedorId, POLL_S],
          );
          break;
        case 'FALHOU':
          await this.postpone(estorno.id, falha ?? 'o provedor não conseguiu estornar', true);
          break;
      }
    });
  }

  private async complete(estorno: Estorno, provedorId: string): Promise<void> {
    await this.database.change(
      `UPDATE estornos SET estado = 'CONCLUIDO', provedor_id = $2, em_trabalho_ate = NULL, proxima_acao_em = NULL WHERE id = $1`,
      [estorno.id, provedorId],
    );
    await recordMovement(this.database, estorno.cobrancaId, movimentoDeEstorno(provedorId, estorno.valorCentavos));
    const [soma] = await this.database.query<{ total: string }>(
      `SELECT sum(valor_centavos) AS total FROM estornos WHERE cobranca_id = $1 AND estado = 'CONCLUIDO'`,
      [estorno.cobrancaId],
    );
    await this.events.append(`pagamento/${estorno.cobrancaId}`, [
      {
        type: 'pagamento.estornado.v1',
        data: {
          pagamentoId: estorno.cobrancaId,
          reservaId: estorno.reservaId,
          valorCentavos: estorno.valorCentavos,
          moeda: 'BRL',
          estornoId: estorno.id,
          totalEstornadoCentavos: Number(soma?.total ?? 0),
        },
      },
    ]);
  }

  override async postpone(id: string, falha: string, novaChave: boolean): Promise<void> {
    await this.database.change(
      `UPDATE estornos SET em_trabalho_ate = NULL, ultima_falha = left($2, 500), proxima_acao_em = ${BACKOFF},
              chave_tentativa = chave_tentativa + $3::int,
              provedor_id = CASE WHEN $3::int = 1 THEN NULL ELSE provedor_id END,
              estado = CASE WHEN $3::int = 1 THEN 'A_FAZER' ELSE estado END
        WHERE id = $1`,
      [id, falha, novaChave ? 1 : 0],
    );
  }

  override async hasten(provedorId: string): Promise<boolean> {
    const found = await this.database.change(
      `UPDATE estornos SET proxima_acao_em = CASE WHEN proxima_acao_em IS NOT NULL THEN now() END WHERE provedor_id = $1`,
      [provedorId],
    );
    return found > 0;
  }
}
