import { Injectable } from '@nestjs/common';
import type { Message } from '@plataforma/contracts';
import { EventStore } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import { CobrancaRepository } from '../application/ports.js';
import type { Cobranca, Fato } from '../domain/cobranca.js';
import { captura } from '../domain/lancamento.js';
import { recordMovement } from './pg-lancamentos.js';

/** How long a claimed charge stays with its worker, s: longer than a call to the provider may take. */
const LEASE_S = 40;

/** How often an open charge is compared with the provider, s. */
export class IntervaloDeReconciliacao {
  constructor(readonly segundos: number) {}
}

interface Row {
  id: string;
  reserva_id: string;
  cliente_id: string;
  valor_centavos: string;
  descricao: string;
  estado: Cobranca['estado'];
  cancelamento_pedido: boolean;
  provedor_id: string | null;
  client_secret: string | null;
  chave_tentativa: number;
  ultima_recusa: string | null;
  ultima_recusa_ref: string | null;
  tentativas: number;
}

const toCobranca = (row: Row): Cobranca => ({
  id: row.id,
  reservaId: row.reserva_id,
  clienteId: row.cliente_id,
  valorCentavos: Number(row.valor_centavos),
  descricao: row.descricao,
  estado: row.estado,
  cancelamentoPedido: row.cancelamento_pedido,
  provedorId: row.provedor_id,
  clientSecret: row.client_secret,
  chaveTentativa: row.chave_tentativa,
  ultimaRecusa: row.ultima_recusa,
  ultimaRecusaRef: row.ultima_recusa_ref,
  tentativas: row.tentativas,
});

function toMessage({ id, reservaId, valorCentavos }: Cobranca, fato: Fato): Message {
  const data = { pagamentoId: id, reservaId, valorCentavos, moeda: 'BRL' as const };
  switch (fato.type) {
    case 'ABERTA':
      return { type: 'pagamento.criado.v1', data: { ...data, metodos: ['CARTAO', 'PIX'] } };
    case 'RECUSADA':
      return { type: 'pagamento.recusado.v1', data: { ...data, motivo: fato.motivo } };
    case 'APROVADA':
      return { type: 'pagamento.aprovado.v1', data: { ...data, aprovadoEm: new Date().toISOString() } };
    case 'CANCELADA':
      return { type: 'pagamento.cancelado.v1', data };
  }
}

@Injectable()
export class PgCobrancaRepository extends CobrancaRepository {
  constructor(
    private readonly database: Database,
    private readonly events: EventStore,
    private readonly intervalo: IntervaloDeReconciliacao,
  ) {
    super();
  }

  override async create(nova: Parameters<CobrancaRepository['create']>[0]): Promise<void> {
    await this.database.change(
      `INSERT INTO cobrancas (id, reserva_id, cliente_id, valor_centavos, moeda, descricao, expira_em, estado)
       VALUES ($1, $2, $3, $4, 'BRL', $5, $6, 'A_ABRIR') ON CONFLICT (reserva_id) DO NOTHING`,
      [nova.id, nova.reservaId, nova.clienteId, nova.valorCentavos, nova.descricao, nova.expiraEm],
    );
  }

  override async claim(limite: number): Promise<Cobranca[]> {
    const rows = await this.database.query<Row>(
      `UPDATE cobrancas SET em_trabalho_ate = now() + make_interval(secs => $2), tentativas = tentativas + 1
        WHERE id IN (SELECT id FROM cobrancas
                      WHERE proxima_acao_em <= now() AND (em_trabalho_ate IS NULL OR em_trabalho_ate < now())
                      ORDER BY proxima_acao_em LIMIT $1 FOR UPDATE SKIP LOCKED)
        RETURNING *, tentativas - 1 AS tentativas`,
      [limite, LEASE_S],
    );
    return rows.map(toCobranca);
  }

  override async lock(por: 'id' | 'reserva_id' | 'provedor_id', valor: string): Promise<Cobranca | undefined> {
    const [row] = await this.database.query<Row>(`SELECT * FROM cobrancas WHERE ${por} = $1 FOR UPDATE`, [valor]);
    return row && toCobranca(row);
  }

  override async save(cobranca: Cobranca, fatos: readonly Fato[]): Promise<void> {
    await this.database.transaction(async () => {
      await this.database.change(
        `UPDATE cobrancas SET estado = $2, provedor_id = $3, client_secret = $4, ultima_recusa = $5, ultima_recusa_ref = $6,
                aprovada_em = CASE WHEN $2 = 'APROVADA' THEN coalesce(aprovada_em, now()) END,
                tentativas = 0, em_trabalho_ate = NULL,
                proxima_acao_em = CASE WHEN $2 IN ('APROVADA', 'CANCELADA') THEN NULL
                                       WHEN cancelamento_pedido THEN now()
                                       ELSE now() + make_interval(secs => $7) END
          WHERE id = $1`,
        [
          cobranca.id,
          cobranca.estado,
          cobranca.provedorId,
          cobranca.clientSecret,
          cobranca.ultimaRecusa,
          cobranca.ultimaRecusaRef,
          this.intervalo.segundos,
        ],
      );
      for (const fato of fatos)
        if (fato.type === 'APROVADA' && cobranca.provedorId !== null)
          await recordMovement(this.database, cobranca.id, captura(cobranca.provedorId, fato.capturadoCentavos));
      await this.events.append(
        `pagamento/${cobranca.id}`,
        fatos.map((fato) => toMessage(cobranca, fato)),
      );
    });
  }

  override async postpone(id: string, novaChave: boolean): Promise<void> {
    await this.database.change(
      `UPDATE cobrancas SET em_trabalho_ate = NULL, chave_tentativa = chave_tentativa + $2::int,
              proxima_acao_em = now() + least(interval '500 milliseconds' * 2 ^ least(tentativas, 12), interval '5 minutes')
        WHERE id = $1 AND proxima_acao_em IS NOT NULL`,
      [id, novaChave ? 1 : 0],
    );
  }

  override async requestCancellation(reservaId: string): Promise<void> {
    const found = await this.database.change(
      `UPDATE cobrancas SET cancelamento_pedido = true,
              proxima_acao_em = CASE WHEN estado IN ('A_ABRIR', 'ABERTA') THEN now() END
        WHERE reserva_id = $1`,
      [reservaId],
    );
    if (found === 0) throw new Error('a cobrança a cancelar ainda não foi registrada');
  }
}
