-- Who wants one time of one unit, first come, first served: the lock first, then the row. One wins, the others find it.
BEGIN;
SELECT id FROM unidades WHERE id = piso_unidade(0) FOR UPDATE;
INSERT INTO ocupacoes (unidade_id, periodo, origem, reserva_id)
SELECT piso_unidade(0), tstzrange(inicio, inicio + interval '1 hour'), 'BLOQUEIO', NULL
  FROM (SELECT '2040-01-01'::timestamptz + :base::int * interval '1 hour' AS inicio) AS hora
ON CONFLICT DO NOTHING RETURNING id;
COMMIT;
