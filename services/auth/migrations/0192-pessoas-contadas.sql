-- Whoever has an account, and whether it is active, is told as groups are: those of before are numbered, and reservas
-- asks for them when it hears how many changes there are.
WITH antes AS (SELECT ultima FROM acessos_sequencia FOR UPDATE),
     novas AS (
       INSERT INTO grupos_de_pessoas AS g (usuario_id, sequencia)
       SELECT u.id, antes.ultima + row_number() OVER (ORDER BY u.id) FROM usuarios u CROSS JOIN antes
        WHERE u.desativado_em IS NOT NULL OR NOT EXISTS (SELECT FROM grupos_de_pessoas WHERE usuario_id = u.id)
       ON CONFLICT (usuario_id) DO UPDATE SET sequencia = excluded.sequencia
       RETURNING 1)
INSERT INTO acessos_sequencia AS s (ultima) SELECT count(*) FROM novas
ON CONFLICT (um) DO UPDATE SET ultima = s.ultima + excluded.ultima;
