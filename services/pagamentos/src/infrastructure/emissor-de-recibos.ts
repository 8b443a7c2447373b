import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import { EmitenteDeRecibos } from '../application/ports.js';
import type { Finalidade, Metodo } from '../domain/cobranca.js';
import { anoDaEmissao, type ConteudoDoRecibo, type ReservaNoRecibo } from '../domain/recibo.js';

interface Pago {
  reserva_id: string;
  cliente_id: string;
  parcela: number;
  finalidade: Finalidade;
  descricao: string;
  metodo: Metodo | null;
  provedor_id: string;
  valor_centavos: string;
  recibo_do_pagamento: string | null;
}

/** A captured charge … */
const PAYMENT = `
  SELECT c.reserva_id, c.cliente_id, c.parcela, c.finalidade, c.descricao, c.metodo, c.provedor_id, c.valor_centavos,
         NULL AS recibo_do_pagamento
    FROM cobrancas c WHERE c.id = $1 AND $2::uuid IS NULL AND c.estado = 'APROVADA'`;
/** … and a refund that the provider made. */
const REFUND = `
  SELECT c.reserva_id, c.cliente_id, c.parcela, c.finalidade, c.descricao, c.metodo,
         coalesce(e.provedor_id, 'por-fora/' || e.id) AS provedor_id, e.valor_centavos,
         (SELECT numero FROM recibos r WHERE r.provedor_id = c.provedor_id) AS recibo_do_pagamento
    FROM estornos e JOIN cobrancas c ON c.id = e.cobranca_id
   WHERE c.id = $1 AND e.id = $2 AND e.estado = 'CONCLUIDO' AND (e.provedor_id IS NOT NULL OR e.por_fora)`;

/** The last that was heard of each booking that is charged under this one's name. */
const BOOKINGS = `
  SELECT DISTINCT ON (f.reserva_id) f.reserva_id AS "reservaId", f.dados->>'espacoNome' AS "espacoNome",
         f.dados->>'inicio' AS inicio, f.dados->>'fim' AS fim, f.dados->>'fuso' AS fuso
    FROM reservas_vistas v JOIN fatos_da_reserva f ON f.reserva_id = v.reserva_id
   WHERE (v.cobrada_sob = $1 OR v.reserva_id = $1) AND f.dados ?& ARRAY['espacoNome', 'inicio', 'fim', 'fuso']
   ORDER BY f.reserva_id, f.ocorrido_em DESC`;

/**
 * Issues receipts in the transaction that records the money. The number is taken at the end of it, so that the counter's
 * row, for which all others wait, is held for no longer than the commit; nothing is locked after it.
 */
@Injectable()
export class EmissorDeRecibos {
  constructor(
    private readonly database: Database,
    private readonly emitente: EmitenteDeRecibos,
  ) {}

  /** The receipt of a captured charge; inside a transaction. */
  ofPayment(cobrancaId: string): void {
    this.database.beforeCommit(() => this.issue(cobrancaId, null));
  }

  /** The receipt of a concluded refund; inside a transaction. One that was made again after it came back has another. */
  ofRefund(cobrancaId: string, estornoId: string): void {
    this.database.beforeCommit(() => this.issue(cobrancaId, estornoId));
  }

  private async issue(cobrancaId: string, estornoId: string | null): Promise<void> {
    // Read now, not when it was asked for: a savepoint may have undone the reason since.
    const [pago] = await this.database.query<Pago>(estornoId === null ? PAYMENT : REFUND, [cobrancaId, estornoId]);
    if (!pago || (await this.isIssued(pago.provedor_id))) return;
    const reservas = await this.database.query<ReservaNoRecibo>(BOOKINGS, [pago.reserva_id]);
    const { ano, sequencia, numero, agora } = await this.count();
    const codigo = randomBytes(16).toString('base64url');
    const { nome, verificacaoUrl } = this.emitente;
    const conteudo: ConteudoDoRecibo = {
      versao: 1,
      numero,
      tipo: estornoId === null ? 'PAGAMENTO' : 'ESTORNO',
      emitidoEm: agora.toISOString(),
      emitente: nome,
      clienteId: pago.cliente_id,
      pagamentoId: cobrancaId,
      reservaId: pago.reserva_id,
      parcela: pago.parcela,
      finalidade: pago.finalidade,
      descricao: pago.descricao,
      valorCentavos: Number(pago.valor_centavos),
      moeda: 'BRL',
      metodo: pago.metodo,
      provedorId: pago.provedor_id,
      estornoId,
      reciboDoPagamento: pago.recibo_do_pagamento,
      reservas: reservas.sort((a, b) => Date.parse(a.inicio) - Date.parse(b.inicio)),
      codigo,
      verificacaoUrl: verificacaoUrl === undefined ? null : new URL(codigo, verificacaoUrl).href,
    };
    await this.database.change(
      `INSERT INTO recibos (ano, sequencia, tipo, cobranca_id, estorno_id, provedor_id, codigo, emitido_em, conteudo)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [ano, sequencia, conteudo.tipo, cobrancaId, estornoId, pago.provedor_id, codigo, agora, JSON.stringify(conteudo)],
    );
  }

  private async isIssued(provedorId: string): Promise<boolean> {
    return (await this.database.query('SELECT FROM recibos WHERE provedor_id = $1', [provedorId])).length > 0;
  }

  /** The next number of the year; whoever comes meanwhile waits for our commit or takes the same one after our rollback. */
  private async count(): Promise<{ ano: number; sequencia: number; numero: string; agora: Date }> {
    const [relogio] = await this.database.query<{ agora: Date }>('SELECT clock_timestamp() AS agora');
    const [counted] = await this.database.query<{ ano: number; ultimo: number; agora: Date }>(
      `INSERT INTO contadores_de_recibos AS c (ano, ultimo) VALUES ($1, 1)
       ON CONFLICT (ano) DO UPDATE SET ultimo = c.ultimo + 1 RETURNING ano, ultimo, clock_timestamp() AS agora`,
      [anoDaEmissao(relogio?.agora ?? new Date())],
    );
    if (!counted) throw new Error('o contador de recibos não respondeu');
    const { ano, ultimo, agora } = counted;
    return { ano, sequencia: ultimo, numero: `${ano}-${String(ultimo).padStart(6, '0')}`, agora };
  }
}
