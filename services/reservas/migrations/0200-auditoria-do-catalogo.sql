-- Every version of a space, with its prices and policies, is in the audit log: whoever writes it. The digest holds what
-- espaco_versoes says of it.
CREATE FUNCTION auditar_versao_de_espaco() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO auditoria (tipo, autor_id, alvo, dados)
  VALUES ('espaco.alterado', NEW.autor_id, 'espaco/' || NEW.espaco_id,
          jsonb_build_object('versao', NEW.versao, 'regras', encode(sha256(convert_to(NEW.regras::text, 'UTF8')), 'hex')));
  RETURN NULL;
END $$;
CREATE TRIGGER espaco_versoes_auditadas AFTER INSERT ON espaco_versoes FOR EACH ROW EXECUTE FUNCTION auditar_versao_de_espaco();
