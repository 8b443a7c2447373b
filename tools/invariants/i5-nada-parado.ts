import { DEAD_LETTER_QUEUE, queues, RETRY_DELAYS_MS, retryStep } from '@plataforma/messaging';
import { databases } from '../infra/secrets.ts';
import { count, type Invariant, type Sources, type Violation, violation } from './sources.ts';

/** How late a deadline may be acted upon, and how old a parked webhook may grow. */
const LATE = `interval '30 seconds'`;
const PARKED = `interval '60 seconds'`;

/**
 * A refund `e` that is owed for too long, by when it was first owed: each retry moves its own date. While a bank decides
 * the provider refunds nothing, and what it has begun may take days (https://docs.stripe.com/refunds).
 */
export const OVERDUE_REFUND = `(
  (e.estado = 'A_FAZER' AND e.devido_em < now() - ${PARKED} AND NOT EXISTS (
     SELECT FROM disputas d WHERE d.cobranca_id = e.cobranca_id AND d.situacao = 'ABERTA' AND NOT d.estornavel))
  OR (e.estado = 'EM_PROCESSAMENTO' AND e.devido_em < now() - interval '10 days'))`;

const overdue: Record<'reservas' | 'pagamentos' | 'notificacoes', [what: string, sql: string][]> = {
  reservas: [
    ['saga além do prazo', `SELECT nome, chave, estado, prazo FROM sagas WHERE prazo < now() - ${LATE}`],
    [
      'reserva à espera de pagamento além do prazo',
      `SELECT id, expira_em FROM reservas WHERE status = 'PENDENTE_PAGAMENTO' AND expira_em < now() - ${LATE}`,
    ],
    [
      'saga que espera há muito pelo fim da cobrança',
      `SELECT nome, chave, estado, atualizada_em FROM sagas
        WHERE estado ->> 'passo' = 'ENCERRANDO_COBRANCA' AND atualizada_em < now() - ${PARKED}`,
    ],
  ],
  pagamentos: [
    [
      'webhook parado',
      `SELECT evento_id, tipo, estado, tentativas, recebido_em FROM webhooks
        WHERE estado IN ('PENDENTE', 'ESTACIONADO', 'INESPERADO') AND recebido_em < now() - ${PARKED}`,
    ],
    [
      'conferência atrasada',
      `SELECT id, reserva_id, estado, conferir_em FROM cobrancas
        WHERE conferir_em < now() - ${LATE} AND (em_conferencia_ate IS NULL OR em_conferencia_ate < now() - ${LATE})`,
    ],
    [
      'estorno devido há muito',
      `SELECT e.id, e.cobranca_id, e.provedor_id, e.estado, e.valor_centavos, e.tentativas, e.ultima_falha, e.devido_em
         FROM estornos e WHERE ${OVERDUE_REFUND}`,
    ],
    [
      'estorno parado, à espera de quem decida',
      `SELECT id, cobranca_id, valor_centavos, tentativas, ultima_falha, devido_em FROM estornos WHERE estado = 'PARADO'`,
    ],
    [
      'intento órfão por encerrar há muito',
      `SELECT provedor_id, reserva_id, parcela, tentativas, visto_em FROM intentos_orfaos
        WHERE desfecho IS NULL AND visto_em < now() - ${PARKED} AND NOT EXISTS (
              SELECT FROM movimentos_de_orfaos m WHERE m.intento_id = intentos_orfaos.provedor_id
                 AND (m.situacao = 'EM_PROCESSAMENTO' OR m.situacao LIKE 'ABERTA/%'))`,
    ],
    ...(
      [
        ['cobrancas', 'reserva_id'],
        ['estornos', 'cobranca_id'],
      ] as const
    ).map(([table, owner]): [string, string] => [
      `trabalho atrasado em ${table}`,
      `SELECT id, ${owner}, estado, tentativas, proxima_acao_em FROM ${table}
        WHERE proxima_acao_em < now() - ${LATE} AND (em_trabalho_ate IS NULL OR em_trabalho_ate < now() - ${LATE})`,
    ]),
  ],
  // What is tried in vain has a new date after each try: then it is late of nothing, and fails or is given up in the end.
  notificacoes: [
    [
      'aviso por enviar além do prazo',
      `SELECT w.id, w.canal, w.tipo, w.tentativas, w.disponivel_em FROM entregas w
        WHERE w.estado = 'PENDENTE' AND w.disponivel_em < now() - ${PARKED}
          AND EXISTS (SELECT FROM contatos c WHERE c.usuario_id = w.usuario_id)
          AND NOT EXISTS (SELECT FROM entregas o WHERE o.carta = w.carta AND o.estado = 'PENDENTE' AND o.id < w.id)`,
    ],
    [
      'carta por enviar além do prazo',
      `SELECT id, tipo, tentativas, disponivel_em FROM cartas_de_conta
        WHERE estado = 'PENDENTE' AND disponivel_em < now() - ${PARKED}`,
    ],
    [
      'lembrete além do prazo',
      `SELECT reserva_id, tipo, devida_em, tentativas FROM lembretes WHERE devida_em < now() - ${PARKED}`,
    ],
    [
      'entrega a gancho além do prazo',
      `SELECT e.id, e.gancho_id, e.tentativas, e.proxima_em FROM entregas_de_gancho e JOIN ganchos g ON g.id = e.gancho_id
        WHERE e.estado = 'PENDENTE' AND e.proxima_em < now() - ${PARKED} AND g.situacao = 'ATIVO'
          AND g.removido_em IS NULL AND (g.posse_ate IS NULL OR g.posse_ate < now() - ${LATE})`,
    ],
  ],
};

const UNSENT = `FROM (SELECT id, fluxo, tipo, ocorrido_em FROM eventos WHERE publicado_em IS NULL
  UNION ALL SELECT id, fluxo, tipo, ocorrido_em FROM mensagens_pessoais WHERE publicado_em IS NULL) a_publicar`;

/** Work that the platform is about to do by itself; none of it means that all is quiet. */
export async function pendingWork(sources: Sources): Promise<Record<string, number>> {
  const { reservas, pagamentos } = sources.databases;
  const pending: Record<string, number> = {};
  for (const database of databases)
    pending[`eventos a publicar em ${database}`] = await count(
      sources.databases[database],
      UNSENT.slice('FROM '.length),
    );
  pending['prazos vencidos'] = await count(reservas, 'sagas WHERE prazo <= now()');
  pending['pagamentos em conferência'] = await count(reservas, `sagas WHERE estado ->> 'passo' = 'CONFERINDO'`);
  pending['webhooks a processar'] = await count(pagamentos, 'webhooks WHERE proxima_em <= now()');
  pending['cobranças a tratar'] = await count(pagamentos, 'cobrancas WHERE proxima_acao_em <= now()');
  pending['cobranças a conferir'] = await count(pagamentos, 'cobrancas WHERE conferir_em <= now()');
  pending['estornos a tratar'] = await count(pagamentos, 'estornos WHERE proxima_acao_em <= now()');
  for (const [queue, depth] of Object.entries(await ownDepths(sources))) pending[`mensagens em ${queue}`] = depth;
  return Object.fromEntries(Object.entries(pending).filter(([, amount]) => amount > 0));
}

/** The queues that must run empty: all but the DLQ. A queue that is missing is worse than a full one. */
async function ownDepths({ queueDepths }: Sources): Promise<Record<string, number>> {
  const depths = await queueDepths();
  const names = [...Object.keys(queues), ...RETRY_DELAYS_MS.map(retryStep)];
  return Object.fromEntries(names.map((name) => [name, depths[name] ?? Number.POSITIVE_INFINITY]));
}

export const i5: Invariant = {
  id: 'I5',
  promise:
    'nada passou do prazo; filas vazias; nenhum evento por enviar nem webhook parado; nenhum aviso nem gancho atrasado',
  async check(sources) {
    const violations: Violation[] = [];
    let checked = 0;
    for (const [database, questions] of Object.entries(overdue) as [keyof typeof overdue, [string, string][]][])
      for (const [what, sql] of questions) {
        checked += 1;
        violations.push(...violation(what, await sources.databases[database](sql)));
      }
    for (const database of databases) {
      checked += 1;
      const unsent = await sources.databases[database](
        `SELECT id, tipo, fluxo, ocorrido_em ${UNSENT} ORDER BY ocorrido_em`,
      );
      violations.push(...violation(`evento de ${database} por publicar`, unsent));
    }
    const depths = Object.entries(await ownDepths(sources));
    const full = depths.filter(([, messages]) => messages > 0).map(([fila, mensagens]) => ({ fila, mensagens }));
    violations.push(...violation('fila que não esvaziou', full));
    if (!(DEAD_LETTER_QUEUE in (await sources.queueDepths())))
      violations.push({ what: 'a DLQ não existe', rows: [{ fila: DEAD_LETTER_QUEUE }] });
    return { checked: checked + depths.length + 1, violations, notes: [] };
  },
};
