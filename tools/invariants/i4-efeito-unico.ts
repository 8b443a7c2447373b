import { queues, WITHOUT_INBOX } from '@plataforma/messaging';
import { databases } from '../infra/secrets.ts';
import { type Invariant, type Sources, violation } from './sources.ts';

interface Published {
  id: string;
  tipo: string;
  fluxo: string;
}

/**
 * A booking's row against its events: there is one for every version, the last that changes the state gives the state,
 * and the last that speaks of what is paid gives that. (`npm run reservas:rebuild` compares every column.)
 */
const PROJECTION = `
  WITH fim AS (
    SELECT substr(fluxo, 9)::uuid AS id, max(versao) AS versao, count(*)::int AS eventos,
           (array_agg(tipo ORDER BY versao DESC) FILTER (WHERE tipo <> ALL($1)))[1] AS tipo,
           (array_agg(dados ORDER BY versao DESC) FILTER (WHERE tipo <> ALL($1)))[1] AS dados,
           coalesce((array_agg((dados ->> 'pagoCentavos')::bigint ORDER BY versao DESC) FILTER (WHERE dados ? 'pagoCentavos'))[1], 0) AS pago
      FROM eventos WHERE fluxo LIKE 'reserva/%' GROUP BY fluxo)
  SELECT coalesce(r.id, f.id) AS reserva_id, r.status, r.motivo, r.versao, r.pago_centavos, f.tipo, f.versao AS versao_do_evento, f.eventos, f.pago
    FROM reservas r FULL JOIN fim f USING (id)
   WHERE r.id IS NULL OR f.id IS NULL OR r.versao <> f.versao OR f.eventos <> f.versao OR r.pago_centavos <> f.pago
      OR r.status IS DISTINCT FROM CASE f.tipo
           WHEN 'reserva.criada.v1' THEN CASE WHEN (f.dados ->> 'requerAprovacao')::boolean THEN 'PENDENTE_APROVACAO' ELSE 'PENDENTE_PAGAMENTO' END
           WHEN 'reserva.aprovada.v1' THEN 'PENDENTE_PAGAMENTO'
           WHEN 'reserva.prorrogada.v1' THEN 'PENDENTE_PAGAMENTO'
           WHEN 'reserva.concluida.v1' THEN 'CONCLUIDA'
           WHEN 'reserva.nao-compareceu.v1' THEN 'NAO_COMPARECEU'
           WHEN 'reserva.cancelada.v1' THEN 'CANCELADA'
           ELSE 'CONFIRMADA' END
      OR (f.tipo = 'reserva.cancelada.v1' AND
          (r.motivo IS DISTINCT FROM f.dados ->> 'motivo' OR r.reembolso_centavos <> (f.dados ->> 'reembolsoCentavos')::bigint))`;

/** Events that leave a booking where it is: only its money moves. */
const MONEY_ONLY = ['reserva.reembolsada.v1', 'reserva.contestada.v1', 'reserva.reembolso-baixado.v1'];

/** A charge's state against what its events told, of which all are still there. */
const CHARGES = `
  SELECT c.id AS cobranca_id, c.estado, array_agg(e.tipo ORDER BY e.versao) FILTER (WHERE e.tipo IS NOT NULL) AS eventos
    FROM cobrancas c LEFT JOIN eventos e ON e.fluxo = 'pagamento/' || c.id
   WHERE c.criada_em > now() - interval '540 days' GROUP BY c.id
  HAVING (c.estado = 'APROVADA') <> (count(*) FILTER (WHERE e.tipo = 'pagamento.aprovado.v1') = 1)
      OR count(*) FILTER (WHERE e.tipo = 'pagamento.aprovado.v1') > 1
      OR (c.estado IN ('ABERTA', 'APROVADA')) > (count(*) FILTER (WHERE e.tipo = 'pagamento.criado.v1') >= 1)`;

export const i4: Invariant = {
  id: 'I4',
  promise: 'cada mensagem publicada teve efeito uma vez em cada consumidor; as projeções são a soma dos eventos',
  async check(sources) {
    const { reservas, pagamentos } = sources.databases;
    const deliveries = await lostDeliveries(sources);
    return {
      checked: deliveries.expected,
      violations: [
        ...violation('publicada e sem efeito num consumidor', deliveries.lost),
        ...violation('reserva diferente dos seus eventos', await reservas(PROJECTION, [MONEY_ONLY])),
        ...violation('cobrança diferente dos seus eventos', await pagamentos(CHARGES)),
      ],
      notes: [
        ...(deliveries.dead > 0 ? [`${deliveries.dead} entregas estão na DLQ, à espera de decisão`] : []),
        ...(deliveries.dropped > 0
          ? [`${deliveries.dropped} entregas foram excluídas da DLQ por alguém; a auditoria do auth diz quem`]
          : []),
      ],
    };
  },
};

/** The inbox's primary key makes a second effect impossible; a first that never came shows as a missing row. */
async function lostDeliveries(sources: Sources) {
  const published = new Map<string, Published[]>();
  for (const database of databases)
    for (const event of await sources.databases[database]<Published>(
      // Older ones may have left the inbox, which forgets after thirty days; what was said of people is gone sooner.
      `SELECT id, tipo, fluxo FROM eventos WHERE publicado_em > now() - interval '29 days'
       UNION ALL SELECT id, tipo, fluxo FROM mensagens_pessoais WHERE publicado_em IS NOT NULL`,
    ))
      remember(published, event);
  const buried = new Set((await sources.deadLetters()).map(({ fila, mensagemId }) => `${fila} ${mensagemId}`));
  // Somebody decided that it shall have no effect, and the audit log says who.
  const given = await sources.databases.auth<{ fila: string; mensagemId: string }>(
    `SELECT dados ->> 'fila' AS fila, dados ->> 'mensagemId' AS "mensagemId" FROM auditoria
      WHERE tipo = 'mensagem-morta.excluida' AND dados ? 'fila' AND ocorrido_em > now() - interval '60 days'`,
  );
  const givenUp = new Set(given.map(({ fila, mensagemId }) => `${fila} ${mensagemId}`));
  const lost: unknown[] = [];
  let expected = 0;
  let dead = 0;
  let dropped = 0;
  for (const [queue, types] of Object.entries(queues)) {
    const service = databases.find((database) => queue.startsWith(`${database}.`));
    // Whoever has no database has no inbox either: bff-admin, whose effect is on the dead letters alone.
    // Nor has whoever needs none to do a thing once; what no webhook asked for leaves no row at all.
    if (!service || (WITHOUT_INBOX as ReadonlySet<string>).has(queue)) continue;
    const rows = await sources.databases[service]<{ id: string }>(
      'SELECT mensagem_id AS id FROM inbox WHERE consumidor = $1',
      [queue],
    );
    const received = new Set(rows.map(({ id }) => id));
    for (const event of types.flatMap((type) => published.get(type) ?? [])) {
      expected += 1;
      if (received.has(event.id)) continue;
      if (buried.has(`${queue} ${event.id}`)) dead += 1;
      else if (givenUp.has(`${queue} ${event.id}`)) dropped += 1;
      else lost.push({ fila: queue, ...event });
    }
  }
  return { lost, expected, dead, dropped };
}

function remember(published: Map<string, Published[]>, event: Published): void {
  const same = published.get(event.tipo);
  if (same) same.push(event);
  else published.set(event.tipo, [event]);
}
