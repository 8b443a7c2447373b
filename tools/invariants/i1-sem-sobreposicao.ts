import { count, type Invariant, violation } from './sources.ts';

const OVERLAPS = `
  SELECT a.unidade_id, a.id AS ocupacao, b.id AS outra, a.reserva_id, b.reserva_id AS outra_reserva_id, a.periodo * b.periodo AS comum
    FROM ocupacoes a JOIN ocupacoes b ON b.unidade_id = a.unidade_id AND a.id < b.id AND a.periodo && b.periodo`;

/**
 * What each booking must occupy, by its own events (where it was made or last moved to, and where it waits to move to),
 * against what is occupied in the name of bookings. Stretches that touch count as one.
 */
const DIFFERENCES = `
  WITH lugar AS (
    SELECT r.id AS reserva_id, e.dados -> 'unidades' AS unidades, e.dados -> 'ocupacao' AS ocupacao
      FROM reservas r
      JOIN LATERAL (SELECT dados FROM eventos WHERE fluxo = 'reserva/' || r.id AND tipo IN ('reserva.criada.v1', 'reserva.remarcada.v1')
                     ORDER BY versao DESC LIMIT 1) e ON true
     WHERE r.status IN ('PENDENTE_APROVACAO', 'PENDENTE_PAGAMENTO', 'CONFIRMADA', 'CONCLUIDA')
    UNION ALL
    SELECT id, remarcacao -> 'novo' -> 'unidades', remarcacao -> 'novo' -> 'ocupacao' FROM reservas WHERE remarcacao IS NOT NULL),
  esperada AS (
    SELECT reserva_id, unidade::uuid AS unidade_id,
           range_agg(tstzrange((ocupacao ->> 'inicio')::timestamptz, (ocupacao ->> 'fim')::timestamptz)) AS periodo
      FROM lugar CROSS JOIN jsonb_array_elements_text(unidades) AS u(unidade) GROUP BY 1, 2),
  ocupada AS (
    SELECT reserva_id, unidade_id, range_agg(periodo) AS periodo FROM ocupacoes WHERE origem = 'RESERVA' GROUP BY 1, 2)
  SELECT 'falta' AS problema, f.* FROM (SELECT * FROM esperada EXCEPT SELECT * FROM ocupada) f
  UNION ALL
  SELECT 'sobra' AS problema, s.* FROM (SELECT * FROM ocupada EXCEPT SELECT * FROM esperada) s`;

export const i1: Invariant = {
  id: 'I1',
  promise: 'nenhuma unidade ocupada duas vezes; cada reserva ativa ocupa exatamente o que é seu',
  async check({ databases: { reservas } }) {
    return {
      checked: await count(reservas, 'ocupacoes'),
      violations: [
        ...violation('ocupações que se sobrepõem', await reservas(OVERLAPS)),
        ...violation('ocupação que falta a uma reserva ativa, ou que sobra', await reservas(DIFFERENCES)),
      ],
      notes: [],
    };
  },
};
