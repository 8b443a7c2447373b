import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Message } from '@plataforma/contracts';
import { EventStore } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import { type Claim, Notifier, WorkTable } from '@plataforma/trabalho';
import { CobrancaRepository, IntervaloDeReconciliacao, type Marca, type NovaCobranca } from '../application/ports.js';
import type { Cobranca, Fato, Metodo } from '../domain/cobranca.js';
import { CobrancaDivergente } from '../domain/errors.js';
import { captura, taxa } from '../domain/lancamento.js';
import { recordMovement } from './record-movement.js';
import { EmissorDeRecibos } from './emissor-de-recibos.js';

/** How long a claimed charge stays with its worker, ms: longer than the calls to the provider may take. */
const LEASE_MS = 40_000;
const BACKOFF = { firstMs: 1_000, maxMs: 300_000 };
const BACKOFF_OF_CHECKS = { firstMs: 2_000, maxMs: 300_000 };
/** A fee is known a moment after the capture; nothing waits for it. */
const FEE_AFTER_S = 2;

interface Row {
  id: string;
  reserva_id: string;
  parcela: number;
  finalidade: Cobranca['finalidade'];
  cliente_id: string;
  valor_centavos: string;
  descricao: string;
  expira_em: Date;
  prorrogavel_ate: Date | null;
  estado: Cobranca['estado'];
  cancelamento_pedido: boolean;
  provedor_id: string | null;
  client_secret: string | null;
  metodo: Cobranca['metodo'];
  taxa_lancada: boolean;
  chave_tentativa: number;
  ultima_recusa: string | null;
  contadas: string[];
  largados: string[];
  tentativas: number;
}

const LISTAS = `
  ARRAY(SELECT ref FROM tentativas_de_pagamento t WHERE t.cobranca_id = w.id) AS contadas,
  ARRAY(SELECT provedor_id FROM intentos_orfaos o WHERE o.cobranca_id = w.id) AS largados`;

const toCobranca = (row: Row): Cobranca => ({
  id: row.id,
  reservaId: row.reserva_id,
  parcela: row.parcela,
  finalidade: row.finalidade,
  clienteId: row.cliente_id,
  valorCentavos: Number(row.valor_centavos),
  descricao: row.descricao,
  pagavelAte: (row.prorrogavel_ate ?? row.expira_em).toISOString(),
  estado: row.estado,
  cancelamentoPedido: row.cancelamento_pedido,
  provedorId: row.provedor_id,
  clientSecret: row.client_secret,
  largados: row.largados,
  metodo: row.metodo,
  taxaLancada: row.taxa_lancada,
  chaveTentativa: row.chave_tentativa,
  ultimaRecusa: row.ultima_recusa,
  contadas: row.contadas,
  tentativas: row.tentativas,
});

function toMessage({ id, reservaId, parcela, valorCentavos }: Cobranca, fato: Fato): Message | undefined {
  const data = { pagamentoId: id, reservaId, parcela, valorCentavos, moeda: 'BRL' as const };
  switch (fato.type) {
    case 'ABERTA':
      return { type: 'pagamento.criado.v1', data: { ...data, metodos: ['CARTAO', 'PIX'] } };
    case 'EM_PROCESSAMENTO':
      return {
        type: 'pagamento.em-processamento.v1',
        data: { ...data, metodo: fato.metodo, expiraEm: fato.expiraEm },
      };
    case 'RECUSADA':
      return { type: 'pagamento.recusado.v1', data: { ...data, motivo: fato.motivo } };
    case 'APROVADA':
      return { type: 'pagamento.aprovado.v1', data: { ...data, aprovadoEm: new Date().toISOString() } };
    case 'CANCELADA':
      return { type: 'pagamento.cancelado.v1', data };
    case 'TAXADA':
      return undefined;
  }
}

@Injectable()
export class PgCobrancaRepository extends CobrancaRepository {
  override readonly aTratar: WorkTable<Cobranca>;
  override readonly aConferir: WorkTable<Cobranca>;

  constructor(
    private readonly database: Database,
    private readonly events: EventStore,
    private readonly recibos: EmissorDeRecibos,
    private readonly intervalo: IntervaloDeReconciliacao,
    private readonly notifier: Notifier,
  ) {
    super();
    const comum = { table: 'cobrancas', key: ['id'], returning: `w.*, ${LISTAS}`, leaseMs: LEASE_MS };
    this.aTratar = new WorkTable(database, notifier, {
      ...comum,
      name: 'cobranças',
      channel: 'cobrancas',
      due: 'proxima_acao_em',
      lease: 'em_trabalho_ate',
      attempts: 'tentativas',
      stuck: 'proxima_acao_em IS NOT NULL AND tentativas >= 10',
      // How often it was tried before.
      toItem: (row: Row, attempts) => toCobranca({ ...row, tentativas: attempts - 1 }),
      backoff: BACKOFF,
    });
    this.aConferir = new WorkTable(database, notifier, {
      ...comum,
      name: 'conferência de cobranças',
      channel: 'conferencias',
      due: 'conferir_em',
      lease: 'em_conferencia_ate',
      attempts: 'conferencias_falhas',
      stuck: 'conferir_em IS NOT NULL AND conferencias_falhas >= 10',
      toItem: toCobranca,
      backoff: BACKOFF_OF_CHECKS,
    });
  }

  override async create(nova: NovaCobranca): Promise<void> {
    await this.database.transaction(async () => {
      await this.lockName(nova);
      const created = await this.database.change(
        `INSERT INTO cobrancas (id, reserva_id, parcela, finalidade, cliente_id, valor_centavos, moeda, descricao, expira_em,
                                prorrogavel_ate, estado, cancelamento_pedido)
         VALUES ($1, $2, $3, $4, $5, $6, 'BRL', $7, $8, $9, 'A_ABRIR',
                 EXISTS (SELECT FROM cancelamentos_antecipados WHERE reserva_id = $2 AND parcela = $3))
         ON CONFLICT (reserva_id, parcela) DO NOTHING`,
        [
          nova.id,
          nova.reservaId,
          nova.parcela,
          nova.finalidade,
          nova.clienteId,
          nova.valorCentavos,
          nova.descricao,
          nova.expiraEm,
          nova.prorrogavelAte ?? null,
        ],
      );
      if (created > 0) return this.aTratar.announce();
      const [existing] = await this.database.query<{ valor_centavos: string; cliente_id: string }>(
        'SELECT valor_centavos, cliente_id FROM cobrancas WHERE reserva_id = $1 AND parcela = $2',
        [nova.reservaId, nova.parcela],
      );
      if (Number(existing?.valor_centavos) !== nova.valorCentavos || existing?.cliente_id !== nova.clienteId)
        throw new CobrancaDivergente(Number(existing?.valor_centavos), nova.valorCentavos);
    });
  }

  /** Makes the creation of a charge and its cancellation wait for each other: neither would see the other's new row. */
  private async lockName({ reservaId, parcela }: Marca): Promise<void> {
    await this.database.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 4))', [`${reservaId}/${parcela}`]);
  }

  override lock(id: string): Promise<Cobranca | undefined> {
    return this.lockWhere('id = $1', [id]);
  }

  override async lockByIntent(intentoId: string, marca: Marca | null): Promise<Cobranca | undefined> {
    return (
      (await this.lockWhere('provedor_id = $1', [intentoId])) ??
      // What is said of the intent may come before the answer to the call that opened it.
      (marca ? await this.lockWhere('reserva_id = $1 AND parcela = $2', [marca.reservaId, marca.parcela]) : undefined)
    );
  }

  /**
   * Read once it is locked, by a statement of its own: one that had to wait for the lock sees the row as it is then, and
   * what it looks up elsewhere as it was before it waited.
   */
  private async lockWhere(condition: string, parameters: unknown[]): Promise<Cobranca | undefined> {
    const [locked] = await this.database.query<{ id: string }>(
      `SELECT id FROM cobrancas WHERE ${condition} FOR UPDATE`,
      parameters,
    );
    const [row] = locked
      ? await this.database.query<Row>(`SELECT w.*, ${LISTAS} FROM cobrancas w WHERE id = $1`, [locked.id])
      : [];
    return row && toCobranca(row);
  }

  override async save(cobranca: Cobranca, fatos: readonly Fato[]): Promise<void> {
    await this.database.transaction(async () => {
      await this.database.change(
        `UPDATE cobrancas SET estado = $2, provedor_id = $3, client_secret = $4, ultima_recusa = $5, metodo = $6,
                taxa_lancada = $7, chave_tentativa = $10, ultima_falha = NULL, tentativas = 0,
                aprovada_em = CASE WHEN $2 = 'APROVADA' THEN coalesce(aprovada_em, now()) END,
                proxima_acao_em = CASE WHEN $2 = 'CANCELADA' OR ($2 = 'APROVADA' AND $7) THEN NULL
                                       WHEN $2 = 'APROVADA' AND estado <> 'APROVADA' THEN now() + make_interval(secs => $9)
                                       WHEN $2 = 'A_ABRIR' OR ($2 <> 'APROVADA' AND cancelamento_pedido) THEN now()
                                       ELSE now() + make_interval(secs => $8) END
          WHERE id = $1`,
        [
          cobranca.id,
          cobranca.estado,
          cobranca.provedorId,
          cobranca.clientSecret,
          cobranca.ultimaRecusa,
          cobranca.metodo,
          cobranca.taxaLancada,
          this.intervalo.segundos,
          FEE_AFTER_S,
          cobranca.chaveTentativa,
        ],
      );
      this.aTratar.announce();
      for (const fato of fatos) await this.record(cobranca, fato);
      await this.events.append(
        `pagamento/${cobranca.id}`,
        fatos.flatMap((fato) => toMessage(cobranca, fato) ?? []),
      );
    });
  }

  /** What a fact leaves behind beside its event. */
  private async record(cobranca: Cobranca, fato: Fato): Promise<void> {
    switch (fato.type) {
      case 'ABERTA':
        // What the provider said of this intent before we knew it can be understood now.
        await this.database.change(
          `UPDATE webhooks SET proxima_em = now() WHERE intento_id = $1 AND estado = 'ESTACIONADO'`,
          [cobranca.provedorId],
        );
        this.notifier.announce('webhooks');
        return;
      case 'APROVADA':
        await this.recordAttempt(cobranca.id, fato.ref, fato.type, null, null);
        if (cobranca.provedorId !== null)
          await recordMovement(this.database, cobranca.id, captura(cobranca.provedorId, fato.capturadoCentavos));
        this.recibos.ofPayment(cobranca.id);
        return;
      case 'TAXADA':
        if (fato.centavos !== 0)
          await recordMovement(this.database, cobranca.id, taxa(fato.transacaoId, fato.centavos));
        return;
      case 'RECUSADA':
        return this.recordAttempt(cobranca.id, fato.ref, fato.type, fato.motivo, null);
      case 'EM_PROCESSAMENTO':
        return this.recordAttempt(cobranca.id, fato.ref, fato.type, fato.metodo, fato.expiraEm);
      case 'CANCELADA':
        return;
    }
  }

  private async recordAttempt(
    cobrancaId: string,
    ref: string,
    situacao: string,
    motivo: string | null,
    expiraEm: string | null,
  ): Promise<void> {
    await this.database.change(
      `INSERT INTO tentativas_de_pagamento (cobranca_id, ref, situacao, motivo, expira_em) VALUES ($1, $2, $3, $4, $5)`,
      [cobrancaId, ref, situacao, motivo, expiraEm],
    );
  }

  override async postpone(posse: Claim, falha: string, novaChave: boolean): Promise<void> {
    await this.aTratar.holding(posse, async () => {
      await this.database.change(
        'UPDATE cobrancas SET ultima_falha = left($2, 500), chave_tentativa = chave_tentativa + $3::int WHERE id = $1',
        [...posse.key, falha, Number(novaChave)],
      );
      await this.aTratar.postpone(posse);
    });
  }

  override async requestCancellation(marca: Marca): Promise<void> {
    const { reservaId, parcela } = marca;
    await this.database.transaction(async () => {
      await this.lockName(marca);
      const [cobranca] = await this.database.query<Pick<Row, 'id' | 'estado' | 'valor_centavos'>>(
        `UPDATE cobrancas SET cancelamento_pedido = true,
                proxima_acao_em = CASE WHEN estado IN ('A_ABRIR', 'ABERTA') THEN now() ELSE proxima_acao_em END
          WHERE reserva_id = $1 AND parcela = $2 RETURNING id, estado, valor_centavos`,
        [reservaId, parcela],
      );
      this.aTratar.announce();
      if (!cobranca)
        await this.database.change(
          'INSERT INTO cancelamentos_antecipados (reserva_id, parcela) VALUES ($1, $2) ON CONFLICT DO NOTHING',
          [reservaId, parcela],
        );
      if (cobranca && cobranca.estado !== 'CANCELADA') return;
      // Whoever asks waits for this answer, and it may have been given before they began to wait; a charge that comes
      // after its cancellation is born cancelled.
      const pagamentoId = cobranca?.id ?? randomUUIDv7();
      const valorCentavos = Number(cobranca?.valor_centavos ?? 0);
      await this.events.append(`pagamento/${pagamentoId}`, [
        { type: 'pagamento.cancelado.v1', data: { pagamentoId, reservaId, parcela, valorCentavos, moeda: 'BRL' } },
      ]);
    });
  }

  override async requestCheck(por: 'id' | 'provedor_id', valor: string): Promise<boolean> {
    const found = await this.database.change(
      `UPDATE cobrancas SET conferir_em = now(), conferencias_pedidas = conferencias_pedidas + 1 WHERE ${por} = $1`,
      [valor],
    );
    if (found > 0) this.aConferir.announce();
    return found > 0;
  }

  override async noteMethod(intentoId: string, metodo: Metodo): Promise<boolean> {
    const found = await this.database.change('UPDATE cobrancas SET metodo = $2 WHERE provedor_id = $1', [
      intentoId,
      metodo,
    ]);
    return found > 0;
  }

  override async hasten(id: string): Promise<void> {
    await this.database.change(
      // It counts as asked for before: then it is looked for, instead of opened.
      `UPDATE cobrancas SET proxima_acao_em = now(), tentativas = greatest(tentativas, 1) WHERE id = $1 AND estado = 'A_ABRIR'`,
      [id],
    );
    this.aTratar.announce();
  }
}
