import { count, type Invariant, violation } from './sources.ts';

const OVERLAPS = `
  SELECT a.unidade_id, a.id AS ocupacao, b.id AS outra, a.reserva_id, b.reserva_id AS outra_reserva_id, a.periodo * b.periodo AS comum
    FROM ocupacoes a JOIN ocupacoes b ON b.unidade_id = a.unidade_id AND a.id < b.id AND a.periodo && b.periodo`;

/** What each booking must occupy, by its own first event, against what is occupied in the name of bookings. */
const DIFFERENCES = `
  WITH esperada AS (
    SELECT r.id AS reserva_id, u.unidade::uuid AS unidade_id,
           tstzrange((e.dados -> 'ocupacao' ->> 'inicio')::timestamptz, (e.dados -> 'ocupacao' ->> 'fim')::timestamptz) AS periodo
      FROM reservas r
      JOIN eventos e ON e.fluxo = 'reserva/' || r.id AND e.tipo = 'reserva.criada.v1'
     CROSS JOIN jsonb_array_elements_text(e.dados -> 'unidades') AS u(unidade)
     WHERE r.status IN ('PENDENTE_PAGAMENTO', 'CONFIRMADA')),
  ocupada AS (SELECT reserva_id, unidade_id, periodo FROM ocupacoes WHERE origem = 'RESERVA')
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
