import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, failpoint, Logger } from '@plataforma/platform';
import { Batches, type Claim, LeasedWork, Notifier, WorkTable } from '@plataforma/trabalho';
import { EmitenteDeRecibos } from '../application/ports.js';
import type { Finalidade, Metodo } from '../domain/cobranca.js';
import { anoDaEmissao, type ConteudoDoRecibo, type ReservaNoRecibo } from '../domain/recibo.js';

/** How many receipts a transaction issues at most, and how long, ms, it waits for others to be owed. */
const BATCH = 200;
const GATHER_MS = 250;
const LEASE_MS = 30_000;
const ITEM_MS = 30_000;

interface Devido {
  readonly provedorId: string;
  readonly claim: Claim;
}

interface Pago {
  readonly provedor_id: string;
  readonly cobranca_id: string;
  readonly estorno_id: string | null;
  readonly valor_centavos: string;
  readonly reserva_id: string;
  readonly cliente_id: string;
  readonly parcela: number;
  readonly finalidade: Finalidade;
  readonly descricao: string;
  readonly metodo: Metodo | null;
  readonly recibo_do_pagamento: string | null;
  readonly reservas: ReservaNoRecibo[];
  readonly agora: Date;
}

/**
 * What the receipts $1 are to say, in the order in which they are owed, but for those that exist; with the last that was
 * heard of each booking that is charged under the charge's name.
 */
const OWED = `
  SELECT a.provedor_id, a.cobranca_id, a.estorno_id, a.valor_centavos, c.reserva_id, c.cliente_id, c.parcela, c.finalidade,
         c.descricao, c.metodo, clock_timestamp() AS agora,
         CASE WHEN a.estorno_id IS NOT NULL
              THEN (SELECT numero FROM recibos r WHERE r.provedor_id = c.provedor_id) END AS recibo_do_pagamento,
         coalesce((SELECT jsonb_agg(v) FROM (
           SELECT DISTINCT ON (f.reserva_id) f.reserva_id AS "reservaId", f.dados->>'espacoNome' AS "espacoNome",
                  f.dados->>'inicio' AS inicio, f.dados->>'fim' AS fim, f.dados->>'fuso' AS fuso
             FROM reservas_vistas v JOIN fatos_da_reserva f ON f.reserva_id = v.reserva_id
            WHERE (v.cobrada_sob = c.reserva_id OR v.reserva_id = c.reserva_id)
              AND f.dados ?& ARRAY['espacoNome', 'inicio', 'fim', 'fuso']
            ORDER BY f.reserva_id, f.ocorrido_em DESC) v), '[]') AS reservas
    FROM recibos_a_emitir a JOIN cobrancas c ON c.id = a.cobranca_id
   WHERE a.provedor_id = ANY($1) AND NOT EXISTS (SELECT FROM recibos r WHERE r.provedor_id = a.provedor_id)
   ORDER BY a.pedido_em, a.provedor_id`;

/** Asks for a receipt inside the transaction that records the money; one more request for it changes nothing. */
const OF_REFUND = `
  INSERT INTO recibos_a_emitir (provedor_id, cobranca_id, estorno_id, valor_centavos)
  SELECT coalesce(provedor_id, 'por-fora/' || id), cobranca_id, id, valor_centavos FROM estornos
   WHERE id = $1 AND estado = 'CONCLUIDO' AND (provedor_id IS NOT NULL OR por_fora)
  ON CONFLICT (provedor_id) DO NOTHING`;

/**
 * Issues the receipts that are owed: whoever records money leaves a row, in the same transaction, and goes on. They are
 * numbered together, in a transaction of their own, in which the year's counter is taken last: it is held for two
 * statements, whatever the number of receipts.
 */
@Injectable()
export class EmissorDeRecibos extends LeasedWork<string> {
  private readonly batches = new Batches<Devido>({ max: BATCH, all: (devidos) => this.issue(devidos) });

  constructor(
    private readonly database: Database,
    private readonly emitente: EmitenteDeRecibos,
    notifier: Notifier,
    logger: Logger,
  ) {
    const table = new WorkTable<string>(database, notifier, {
      name: 'recibos',
      channel: 'recibos',
      table: 'recibos_a_emitir',
      key: ['provedor_id'],
      due: 'emitir_em',
      lease: 'em_trabalho_ate',
      attempts: 'tentativas',
      // The receipt of a refund names that of its payment.
      eligible: `(w.estorno_id IS NULL OR NOT EXISTS (
        SELECT FROM recibos_a_emitir p WHERE p.cobranca_id = w.cobranca_id AND p.estorno_id IS NULL))`,
      stuck: 'tentativas >= 10',
      returning: 'w.provedor_id',
      toItem: ({ provedor_id }: { provedor_id: string }) => provedor_id,
      leaseMs: LEASE_MS,
      backoff: { firstMs: 1_000, maxMs: 300_000 },
    });
    super({ table, concurrency: BATCH, gatherMs: GATHER_MS, itemMs: ITEM_MS }, logger);
  }

  /** The receipt of a concluded refund; inside a transaction. One that was made again after it came back has another. */
  async ofRefund(estornoId: string): Promise<void> {
    await this.database.change(OF_REFUND, [estornoId]);
    this.table.announce();
  }

  protected override process(provedorId: string, claim: Claim): Promise<void> {
    return this.batches.do({ provedorId, claim });
  }

  private async issue(devidos: readonly Devido[]): Promise<void[]> {
    await this.table.holdingAll(devidos, async (nossos) => {
      const chaves = nossos.map(({ provedorId }) => provedorId);
      const pagos = await this.database.query<Pago>(OWED, [chaves]);
      const [primeiro] = pagos;
      const recibos = primeiro ? await this.number(pagos, primeiro.agora) : [];
      await this.database.change(
        `WITH pagos AS (DELETE FROM recibos_a_emitir WHERE provedor_id = ANY($1))
         INSERT INTO recibos (ano, sequencia, tipo, cobranca_id, estorno_id, provedor_id, codigo, emitido_em, conteudo)
         SELECT r.ano, r.sequencia, r.conteudo->>'tipo', (r.conteudo->>'pagamentoId')::uuid, (r.conteudo->>'estornoId')::uuid,
                r.conteudo->>'provedorId', r.conteudo->>'codigo', (r.conteudo->>'emitidoEm')::timestamptz, r.conteudo
           FROM jsonb_to_recordset($2::jsonb) AS r(ano int, sequencia int, conteudo jsonb)`,
        [chaves, JSON.stringify(recibos)],
      );
      failpoint('pagamentos.recibos.antes-do-commit');
    });
    failpoint('pagamentos.recibos.depois-do-commit');
    return [];
  }

  /** The next numbers of the year; whoever comes meanwhile waits for our commit or takes the same ones after our rollback. */
  private async number(pagos: readonly Pago[], agora: Date) {
    const [contado] = await this.database.query<{ ano: number; ultimo: number }>(
      `INSERT INTO contadores_de_recibos AS c (ano, ultimo) VALUES ($1, $2)
       ON CONFLICT (ano) DO UPDATE SET ultimo = c.ultimo + $2 RETURNING ano, ultimo`,
      [anoDaEmissao(agora), pagos.length],
    );
    if (!contado) throw new Error('o contador de recibos não respondeu');
    const { ano, ultimo } = contado;
    return pagos.map((pago, index) => {
      const sequencia = ultimo - pagos.length + index + 1;
      const numero = `${ano}-${String(sequencia).padStart(6, '0')}`;
      return { ano, sequencia, conteudo: this.contentOf(pago, numero, agora) };
    });
  }

  private contentOf(pago: Pago, numero: string, agora: Date): ConteudoDoRecibo {
    const codigo = randomBytes(16).toString('base64url');
    const { nome, verificacaoUrl } = this.emitente;
    return {
      versao: 1,
      numero,
      tipo: pago.estorno_id === null ? 'PAGAMENTO' : 'ESTORNO',
      emitidoEm: agora.toISOString(),
      emitente: nome,
      clienteId: pago.cliente_id,
      pagamentoId: pago.cobranca_id,
      reservaId: pago.reserva_id,
      parcela: pago.parcela,
      finalidade: pago.finalidade,
      descricao: pago.descricao,
      valorCentavos: Number(pago.valor_centavos),
      moeda: 'BRL',
      metodo: pago.metodo,
      provedorId: pago.provedor_id,
      estornoId: pago.estorno_id,
      reciboDoPagamento: pago.recibo_do_pagamento,
      reservas: pago.reservas.toSorted((a, b) => Date.parse(a.inicio) - Date.parse(b.inicio)),
      codigo,
      verificacaoUrl: verificacaoUrl === undefined ? null : new URL(codigo, verificacaoUrl).href,
    };
  }
}
