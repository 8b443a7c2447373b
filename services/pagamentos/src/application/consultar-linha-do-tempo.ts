import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { FiltroDaLinhaHttp, ParteDaLinhaHttp, ProximoHttp } from '@plataforma/contracts';
import { momentos, MOMENTOS_DE_EVENTOS } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import { CHARGED_UNDER } from './consultar-razao.js';

const COBRANCAS = `SELECT c.id, c.provedor_id FROM cobrancas c WHERE c.reserva_id IN ${CHARGED_UNDER}`;

/** Events, tries to pay, what the provider told of, and movements of the ledger, one line per movement. */
const MOMENTOS = `
  ${MOMENTOS_DE_EVENTOS} WHERE e.fluxo IN (SELECT 'pagamento/' || id FROM (${COBRANCAS}) c)
  UNION ALL
  SELECT t.vista_em, t.cobranca_id || '.' || t.ref, 'TENTATIVA_DE_PAGAMENTO', t.situacao,
         jsonb_build_object('pagamentoId', t.cobranca_id, 'motivo', t.motivo), NULL, NULL
    FROM tentativas_de_pagamento t JOIN (${COBRANCAS}) c ON c.id = t.cobranca_id
  UNION ALL
  SELECT w.recebido_em, w.evento_id, 'WEBHOOK', w.tipo, jsonb_build_object('estado', w.estado, 'tentativas', w.tentativas), NULL, NULL
    FROM webhooks w JOIN (${COBRANCAS}) c ON c.provedor_id = w.intento_id
  UNION ALL
  SELECT min(l.lancado_em), 'lancamento.' || min(l.id), 'LANCAMENTO', split_part(l.origem, ':', 1), jsonb_object_agg(l.conta, l.valor_centavos), NULL, NULL
    FROM lancamentos l JOIN (${COBRANCAS}) c ON c.id = l.cobranca_id GROUP BY l.origem`;

const PROXIMOS = `
  SELECT 'agir-na-cobranca' AS acao, c.estado AS alvo, c.proxima_acao_em AS em, c.tentativas, c.tentativas >= 10 AS parado
    FROM cobrancas c WHERE c.reserva_id IN ${CHARGED_UNDER} AND c.proxima_acao_em IS NOT NULL
  UNION ALL
  SELECT 'conferir-com-o-provedor', c.estado, c.conferir_em, c.conferencias_falhas, c.conferencias_falhas >= 10
    FROM cobrancas c WHERE c.reserva_id IN ${CHARGED_UNDER} AND c.conferir_em IS NOT NULL
  UNION ALL
  SELECT 'estornar', e.estado, e.proxima_acao_em, e.tentativas, e.estado = 'PARADO'
    FROM estornos e JOIN (${COBRANCAS}) c ON c.id = e.cobranca_id WHERE e.proxima_acao_em IS NOT NULL OR e.estado = 'PARADO'
  UNION ALL
  SELECT 'processar-webhook', w.tipo, w.proxima_em, w.tentativas, w.estado = 'INESPERADO'
    FROM webhooks w JOIN (${COBRANCAS}) c ON c.provedor_id = w.intento_id WHERE w.proxima_em IS NOT NULL OR w.estado = 'INESPERADO'
  LIMIT 100`;

/** What happened to the charges of a booking, and what happens to them by itself. */
export class ConsultarLinhaDoTempo extends Query<ParteDaLinhaHttp> {
  constructor(
    readonly reservaId: string,
    readonly filtro: FiltroDaLinhaHttp,
  ) {
    super();
  }
}

@QueryHandler(ConsultarLinhaDoTempo)
export class ConsultarLinhaDoTempoHandler implements IQueryHandler<ConsultarLinhaDoTempo> {
  constructor(private readonly database: Database) {}

  async execute({ reservaId, filtro }: ConsultarLinhaDoTempo): Promise<ParteDaLinhaHttp> {
    const [pagina, proximos] = await Promise.all([
      momentos(this.database, 'pagamentos', filtro, MOMENTOS, [reservaId]),
      this.database.read<Omit<ProximoHttp, 'origem' | 'em'> & { readonly em: Date | null }>(PROXIMOS, [reservaId]),
    ]);
    return {
      ...pagina,
      proximos: proximos.map((row) => ({ origem: 'pagamentos', ...row, em: row.em?.toISOString() ?? null })),
    };
  }
}
