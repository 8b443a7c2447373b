-- A contact follows what auth says last of the person: the version of the last message, so that an older one that comes
-- later changes nothing.
ALTER TABLE contatos ADD versao int NOT NULL DEFAULT 1 CHECK (versao > 0);

-- What is over goes some time after (the retention of the service): the letters that the local adapter "sent" name their
-- reader; a delivery only says that it was made.
INSERT INTO fluxos_passageiros VALUES ('notificacao', 400, false);
CREATE INDEX emails_locais_registrado_em ON emails_locais (registrado_em);
CREATE INDEX entregas_encerradas ON entregas (criada_em) WHERE estado IN ('ENVIADA', 'FALHOU', 'SUPERADA');

CREATE FUNCTION ainda_se_guarda() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a tabela % ainda guarda esta linha', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER emails_locais_ainda_se_guardam BEFORE DELETE ON emails_locais FOR EACH ROW
  WHEN (OLD.registrado_em > now() - interval '30 days') EXECUTE FUNCTION ainda_se_guarda();
CREATE TRIGGER entregas_ainda_se_guardam BEFORE DELETE ON entregas FOR EACH ROW
  WHEN (OLD.criada_em > now() - interval '400 days' OR OLD.estado NOT IN ('ENVIADA', 'FALHOU', 'SUPERADA'))
  EXECUTE FUNCTION ainda_se_guarda();

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'notificacoes_app') THEN
    GRANT UPDATE (nome, email, idioma, versao) ON contatos TO notificacoes_app;
    GRANT DELETE ON emails_locais, entregas TO notificacoes_app;
  END IF;
END $$;
