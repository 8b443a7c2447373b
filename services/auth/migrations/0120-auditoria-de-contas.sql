-- Every log-in is in the audit log, in whatever way it was made: whoever opens a session. So are the roles that an
-- account begins with, if they are more than anybody's.
CREATE FUNCTION auditar_sessao() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO auditoria (tipo, autor_id, pessoa_id, alvo, dados)
  VALUES ('sessao.aberta', NEW.usuario_id, NEW.usuario_id, 'sessao/' || NEW.id, jsonb_build_object('amr', to_jsonb(NEW.amr)));
  RETURN NULL;
END $$;
CREATE TRIGGER sessoes_auditadas AFTER INSERT ON sessoes FOR EACH ROW EXECUTE FUNCTION auditar_sessao();

-- Who did it comes with the transaction (plataforma.autor), where somebody asked for it over HTTP; else it was whoever has
-- the installation in hands.
CREATE FUNCTION auditar_conta() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  quem uuid := nullif(current_setting('plataforma.autor', true), '')::uuid;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.papeis <> '{CLIENTE}' THEN
      INSERT INTO auditoria (tipo, autor_id, pessoa_id, alvo, dados)
      VALUES ('conta.papeis-mudados', quem, NEW.id, 'usuario/' || NEW.id, jsonb_build_object('para', to_jsonb(NEW.papeis)));
    END IF;
    RETURN NULL;
  END IF;
  IF NEW.papeis IS DISTINCT FROM OLD.papeis THEN
    INSERT INTO auditoria (tipo, autor_id, pessoa_id, alvo, dados)
    VALUES ('conta.papeis-mudados', quem, NEW.id, 'usuario/' || NEW.id,
            jsonb_build_object('de', to_jsonb(OLD.papeis), 'para', to_jsonb(NEW.papeis)));
  END IF;
  IF (NEW.desativado_em IS NULL) <> (OLD.desativado_em IS NULL) THEN
    INSERT INTO auditoria (tipo, autor_id, pessoa_id, alvo)
    VALUES (CASE WHEN NEW.desativado_em IS NULL THEN 'conta.reativada' ELSE 'conta.desativada' END, quem, NEW.id, 'usuario/' || NEW.id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER usuarios_auditados AFTER INSERT OR UPDATE OF papeis, desativado_em ON usuarios
  FOR EACH ROW EXECUTE FUNCTION auditar_conta();
