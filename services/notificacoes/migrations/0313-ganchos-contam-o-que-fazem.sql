-- How much each webhook has to be delivered, counted as it changes and not with every event. Whoever changes a delivery
-- holds its webhook's row already, so that this waits for nobody.
ALTER TABLE ganchos ADD pendentes int NOT NULL DEFAULT 0;

CREATE FUNCTION contar_pendentes_de_gancho() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    UPDATE ganchos g SET pendentes = g.pendentes + m.mais
      FROM (SELECT gancho_id, count(*)::int AS mais FROM depois WHERE estado = 'PENDENTE' GROUP BY gancho_id) AS m WHERE g.id = m.gancho_id;
  ELSIF TG_OP = 'DELETE' THEN
    UPDATE ganchos g SET pendentes = g.pendentes - m.menos
      FROM (SELECT gancho_id, count(*)::int AS menos FROM antes WHERE estado = 'PENDENTE' GROUP BY gancho_id) AS m WHERE g.id = m.gancho_id;
  ELSE
    UPDATE ganchos g SET pendentes = g.pendentes + m.mais
      FROM (SELECT gancho_id, sum(n)::int AS mais
              FROM (SELECT gancho_id, 1 AS n FROM depois WHERE estado = 'PENDENTE'
                    UNION ALL SELECT gancho_id, -1 FROM antes WHERE estado = 'PENDENTE') AS u
             GROUP BY gancho_id HAVING sum(n) <> 0) AS m WHERE g.id = m.gancho_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER entregas_de_gancho_criadas AFTER INSERT ON entregas_de_gancho
  REFERENCING NEW TABLE AS depois FOR EACH STATEMENT EXECUTE FUNCTION contar_pendentes_de_gancho();
CREATE TRIGGER entregas_de_gancho_mudadas AFTER UPDATE ON entregas_de_gancho
  REFERENCING OLD TABLE AS antes NEW TABLE AS depois FOR EACH STATEMENT EXECUTE FUNCTION contar_pendentes_de_gancho();
CREATE TRIGGER entregas_de_gancho_removidas AFTER DELETE ON entregas_de_gancho
  REFERENCING OLD TABLE AS antes FOR EACH STATEMENT EXECUTE FUNCTION contar_pendentes_de_gancho();

-- Making the triggers holds the deliveries still until the end. There are at most twenty webhooks.
UPDATE ganchos g
   SET pendentes = (SELECT count(*) FROM entregas_de_gancho e WHERE e.gancho_id = g.id AND e.estado = 'PENDENTE')
 WHERE id IN (SELECT id FROM ganchos WHERE removido_em IS NULL LIMIT 100);
