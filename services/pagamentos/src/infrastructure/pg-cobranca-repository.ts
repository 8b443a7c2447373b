import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Message } from '@plataforma/contracts';
import { EventStore } from '@plataforma/messaging';
import { Database, metrics } from '@plataforma/platform';
import { type Claim, Notifier, WorkTable } from '@plataforma/trabalho';
import {
  CobrancaRepository,
  type IntentoVisto,
  IntervaloDeReconciliacao,
  type Marca,
  type Mudanca,
  type NovaCobranca,
} from '../application/ports.js';
import type { Cobranca, Fato, Metodo } from '../domain/cobranca.js';
import { CobrancaDivergente } from '../domain/errors.js';
import { captura, taxa } from '../domain/lancamento.js';
import { ledgerRows } from './record-movement.js';

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

function toMessage({ id, reservaId, parcela, valorCentavos, clienteId }: Cobranca, fato: Fato): Message | undefined {
  const data = { pagamentoId: id, reservaId, parcela, valorCentavos, moeda: 'BRL' as const, clienteId };
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

/** What a fact leaves behind beside its event, as rows: an attempt to pay, and money in the ledger. */
interface Registro {
  readonly tentativa?: { readonly situacao: Fato['type']; readonly [column: string]: string | null };
  readonly lancamentos?: ReturnType<typeof ledgerRows>;
}

function recordOf({ id, provedorId }: Cobranca, fato: Fato): Registro {
  const attempt = (ref: string, motivo: string | null, expira_em: string | null): Registro => ({
    tentativa: { cobranca_id: id, ref, situacao: fato.type, motivo, expira_em },
  });
  switch (fato.type) {
    case 'APROVADA':
      return {
        ...attempt(fato.ref, null, null),
        lancamentos: provedorId === null ? [] : ledgerRows(id, captura(provedorId, fato.capturadoCentavos)),
      };
    case 'TAXADA':
      return { lancamentos: fato.centavos === 0 ? [] : ledgerRows(id, taxa(fato.transacaoId, fato.centavos)) };
    case 'RECUSADA':
      return attempt(fato.ref, fato.motivo, null);
    case 'EM_PROCESSAMENTO':
      return attempt(fato.ref, fato.metodo, fato.expiraEm);
    case 'ABERTA':
    case 'CANCELADA':
      return {};
  }
}

const toRow = ({ cobranca, posse }: Mudanca) => ({
  id: cobranca.id,
  estado: cobranca.estado,
  provedor_id: cobranca.provedorId,
  client_secret: cobranca.clientSecret,
  ultima_recusa: cobranca.ultimaRecusa,
  metodo: cobranca.metodo,
  taxa_lancada: cobranca.taxaLancada,
  chave_tentativa: cobranca.chaveTentativa,
  em_trabalho_ate: posse?.proof ?? null,
});

/**
 * When an open charge is looked at by itself: what is told of it comes by webhook, and the webhook that never came is on
 * the provider's list of events, which is read twice in each interval ($5). This is for what neither shows: after five
 * intervals, then after as long again as the charge is old, and at least once in sixty.
 */
const NEXT_LOOK = `now() + greatest(make_interval(secs => 5 * $5), least(now() - c.criada_em, make_interval(secs => 60 * $5)))`;

/**
 * What became known of the charges $1, the attempts $2, the movements of money $3 and the webhooks that waited for the
 * intents $4, in one statement. A claim that is named ends; whoever has another keeps it. A capture owes a receipt.
 */
const SAVE = `
  WITH n AS (SELECT * FROM jsonb_populate_recordset(NULL::cobrancas, $1::jsonb)),
  salvas AS (
    UPDATE cobrancas c
       SET estado = n.estado, provedor_id = n.provedor_id, client_secret = n.client_secret, ultima_recusa = n.ultima_recusa,
           metodo = n.metodo, taxa_lancada = n.taxa_lancada, chave_tentativa = n.chave_tentativa, ultima_falha = NULL,
           tentativas = 0, aprovada_em = CASE WHEN n.estado = 'APROVADA' THEN coalesce(c.aprovada_em, now()) END,
           em_trabalho_ate = CASE WHEN c.em_trabalho_ate = n.em_trabalho_ate THEN NULL ELSE c.em_trabalho_ate END,
           proxima_acao_em = CASE WHEN n.estado = 'CANCELADA' OR (n.estado = 'APROVADA' AND n.taxa_lancada) THEN NULL
                                  WHEN n.estado = 'APROVADA' AND c.estado <> 'APROVADA' THEN now() + make_interval(secs => $6)
                                  WHEN n.estado = 'A_ABRIR' OR (n.estado <> 'APROVADA' AND c.cancelamento_pedido) THEN now()
                                  WHEN n.estado = 'APROVADA' THEN now() + make_interval(secs => $5)
                                  ELSE ${NEXT_LOOK} END
      FROM n WHERE c.id = n.id),
  tentadas AS (
    INSERT INTO tentativas_de_pagamento (cobranca_id, ref, situacao, motivo, expira_em)
    SELECT cobranca_id, ref, situacao, motivo, expira_em FROM jsonb_populate_recordset(NULL::tentativas_de_pagamento, $2::jsonb)),
  lancados AS (
    INSERT INTO lancamentos (origem, cobranca_id, conta, valor_centavos)
    SELECT origem, cobranca_id, conta, valor_centavos FROM jsonb_populate_recordset(NULL::lancamentos, $3::jsonb)
    ON CONFLICT (origem, conta) DO NOTHING),
  devidos AS (
    INSERT INTO recibos_a_emitir (provedor_id, cobranca_id, valor_centavos)
    SELECT n.provedor_id, n.id, c.valor_centavos
      FROM jsonb_populate_recordset(NULL::tentativas_de_pagamento, $2::jsonb) t
      JOIN n ON n.id = t.cobranca_id JOIN cobrancas c ON c.id = n.id
     WHERE t.situacao = 'APROVADA' AND n.provedor_id IS NOT NULL
    ON CONFLICT (provedor_id) DO NOTHING)
  UPDATE webhooks SET proxima_em = now() WHERE intento_id = ANY($4) AND estado = 'ESTACIONADO'`;

@Injectable()
export class PgCobrancaRepository extends CobrancaRepository {
  override readonly aTratar: WorkTable<Cobranca>;
  override readonly aConferir: WorkTable<Cobranca>;

  constructor(
    private readonly database: Database,
    private readonly events: EventStore,
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
      const [row] = await this.database.query<{ criada: boolean }>(
        'SELECT criar_cobranca(jsonb_populate_record(NULL::cobrancas, $1::jsonb)) AS criada',
        [
          JSON.stringify({
            id: nova.id,
            reserva_id: nova.reservaId,
            parcela: nova.parcela,
            finalidade: nova.finalidade,
            cliente_id: nova.clienteId,
            valor_centavos: nova.valorCentavos,
            descricao: nova.descricao,
            expira_em: nova.expiraEm,
            prorrogavel_ate: nova.prorrogavelAte ?? null,
          }),
        ],
      );
      if (row?.criada) return this.aTratar.announce();
      const [existing] = await this.database.query<{ valor_centavos: string; cliente_id: string }>(
        'SELECT valor_centavos, cliente_id FROM cobrancas WHERE reserva_id = $1 AND parcela = $2',
        [nova.reservaId, nova.parcela],
      );
      if (Number(existing?.valor_centavos) !== nova.valorCentavos || existing?.cliente_id !== nova.clienteId)
        throw new CobrancaDivergente(Number(existing?.valor_centavos), nova.valorCentavos);
    });
  }

  /** The cancellation waits for the creation and this for it, as in `criar_cobranca`: neither would see the other's new row. */
  private async lockName({ reservaId, parcela }: Marca): Promise<void> {
    await this.database.query(`SELECT pg_advisory_xact_lock(hashtextextended($1::uuid || '/' || $2::int, 4))`, [
      reservaId,
      parcela,
    ]);
  }

  override async lockAll(ids: readonly string[]): Promise<Map<string, Cobranca>> {
    return new Map((await this.lockWhere('id = ANY($1)', [ids])).map((cobranca) => [cobranca.id, cobranca]));
  }

  override async lockByIntents(vistos: readonly IntentoVisto[]): Promise<(Cobranca | undefined)[]> {
    const marcas = vistos.flatMap(({ marca }) => marca ?? []);
    const cobrancas = await this.lockWhere(
      `id IN (SELECT id FROM cobrancas WHERE provedor_id = ANY($1)
              UNION SELECT c.id FROM unnest($2::uuid[], $3::int[]) AS m(reserva_id, parcela) JOIN cobrancas c USING (reserva_id, parcela))`,
      [
        vistos.map(({ intentoId }) => intentoId),
        marcas.map(({ reservaId }) => reservaId),
        marcas.map(({ parcela }) => parcela),
      ],
    );
    const nameOf = ({ reservaId, parcela }: Marca) => `${reservaId}/${parcela}`;
    const byIntent = new Map(cobrancas.map((cobranca) => [cobranca.provedorId, cobranca]));
    const byName = new Map(cobrancas.map((cobranca) => [nameOf(cobranca), cobranca]));
    return vistos.map(
      ({ intentoId, marca }) =>
        byIntent.get(intentoId) ??
        // What is said of the intent may come before the answer to the call that opened it.
        (marca ? byName.get(nameOf(marca)) : undefined),
    );
  }

  /**
   * Locked in one order, whoever comes. Read once they are, by a statement of its own: one that had to wait for a lock sees
   * the row as it is then, and what it looks up elsewhere as it was before it waited.
   */
  private async lockWhere(condition: string, parameters: unknown[]): Promise<Cobranca[]> {
    const locked = await this.database.query<{ id: string }>(
      `SELECT id FROM cobrancas WHERE ${condition} ORDER BY id FOR UPDATE`,
      parameters,
    );
    if (locked.length === 0) return [];
    const rows = await this.database.query<Row>(`SELECT w.*, ${LISTAS} FROM cobrancas w WHERE id = ANY($1)`, [
      locked.map(({ id }) => id),
    ]);
    return rows.map(toCobranca);
  }

  override save(cobranca: Cobranca, fatos: readonly Fato[]): Promise<void> {
    return this.saveAll([{ cobranca, fatos }]);
  }

  override async saveAll(mudancas: readonly Mudanca[]): Promise<void> {
    const registros = mudancas.flatMap(({ cobranca, fatos }) => fatos.map((fato) => recordOf(cobranca, fato)));
    const abertas = mudancas.filter(({ fatos }) => fatos.some(({ type }) => type === 'ABERTA'));
    await this.database.transaction(async () => {
      await this.database.query(SAVE, [
        JSON.stringify(mudancas.map(toRow)),
        JSON.stringify(registros.flatMap(({ tentativa }) => tentativa ?? [])),
        JSON.stringify(registros.flatMap(({ lancamentos = [] }) => lancamentos)),
        // What the provider said of these intents before we knew them can be understood now.
        abertas.map(({ cobranca }) => cobranca.provedorId),
        this.intervalo.segundos,
        FEE_AFTER_S,
      ]);
      this.aTratar.announce();
      if (abertas.length > 0) this.notifier.announce('webhooks');
      if (registros.some(({ tentativa }) => tentativa?.situacao === 'APROVADA')) this.notifier.announce('recibos');
      const ditas = mudancas.map(({ cobranca, fatos }) => fatos.flatMap((fato) => toMessage(cobranca, fato) ?? []));
      await this.events.appendAll(mudancas.map(({ cobranca }, n) => [`pagamento/${cobranca.id}`, ditas[n] ?? []]));
      for (const { type, data } of ditas.flat())
        if (type === 'pagamento.aprovado.v1')
          this.database.afterCommit(() => metrics.capturado.inc({ moeda: data.moeda }, data.valorCentavos));
    });
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
      const [cobranca] = await this.database.query<Pick<Row, 'id' | 'estado' | 'valor_centavos' | 'cliente_id'>>(
        `UPDATE cobrancas SET cancelamento_pedido = true,
                proxima_acao_em = CASE WHEN estado IN ('A_ABRIR', 'ABERTA') THEN now() ELSE proxima_acao_em END
          WHERE reserva_id = $1 AND parcela = $2 RETURNING id, estado, valor_centavos, cliente_id`,
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
        {
          type: 'pagamento.cancelado.v1',
          data: {
            pagamentoId,
            reservaId,
            parcela,
            valorCentavos,
            moeda: 'BRL',
            ...(cobranca && { clienteId: cobranca.cliente_id }),
          },
        },
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
