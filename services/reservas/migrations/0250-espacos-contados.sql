-- auth learns which spaces there are from what is told of them: of those of before, once more.
INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados)
SELECT gen_random_uuid(), 'espaco/' || e.id,
       coalesce((SELECT max(v.versao) FROM eventos v WHERE v.fluxo = 'espaco/' || e.id), 0) + 1, 'espaco.alterado.v1',
       jsonb_build_object('espacoId', e.id, 'versao', e.versao), jsonb_build_object('correlationid', gen_random_uuid())
  FROM espacos e
-- Whoever changed one meanwhile told the same.
ON CONFLICT (fluxo, versao) DO NOTHING;
