import { count, type Invariant, violation } from './sources.ts';

const PROMISED = `idempotencia WHERE chave LIKE '% POST /v1/reservas %' AND status BETWEEN 200 AND 299`;

const LOST = `
  SELECT i.chave, i.status, i.corpo ->> 'id' AS reserva_id,
         r.id IS NOT NULL AS reserva, e.id IS NOT NULL AS evento, s.chave IS NOT NULL AS saga
    FROM (SELECT * FROM ${PROMISED}) i
    LEFT JOIN reservas r ON r.id::text = i.corpo ->> 'id'
    LEFT JOIN eventos e ON e.fluxo = 'reserva/' || (i.corpo ->> 'id') AND e.tipo = 'reserva.criada.v1'
    LEFT JOIN sagas s ON s.nome = 'reserva' AND s.chave = r.cobranca_id
   WHERE r.id IS NULL OR e.id IS NULL OR s.chave IS NULL`;

export const i7: Invariant = {
  id: 'I7',
  promise: 'nenhuma reserva respondida com 2xx se perdeu',
  async check({ databases: { reservas } }) {
    return {
      checked: await count(reservas, PROMISED),
      violations: violation('resposta 2xx guardada sem reserva, evento ou saga', await reservas(LOST)),
      notes: [],
    };
  },
};
