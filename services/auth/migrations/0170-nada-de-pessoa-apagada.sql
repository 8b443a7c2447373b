-- Whoever was erased leaves nothing more here: what comes late, by a request or a piece of work that was under way, is
-- refused whole with a SQLSTATE of ours, which is a 401 to whoever asked. A table that names its person asks by this.
CREATE FUNCTION recusa_pessoa_apagada() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM pessoas_apagadas WHERE pessoa_id = NEW.usuario_id) THEN
    RAISE EXCEPTION 'a pessoa foi apagada' USING ERRCODE = 'RP001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER sessoes_de_pessoa_apagada BEFORE INSERT ON sessoes FOR EACH ROW EXECUTE FUNCTION recusa_pessoa_apagada();
CREATE TRIGGER tokens_de_conta_de_pessoa_apagada BEFORE INSERT ON tokens_de_conta FOR EACH ROW EXECUTE FUNCTION recusa_pessoa_apagada();
CREATE TRIGGER aparelhos_de_pessoa_apagada BEFORE INSERT ON aparelhos FOR EACH ROW EXECUTE FUNCTION recusa_pessoa_apagada();
CREATE TRIGGER totp_de_pessoa_apagada BEFORE INSERT ON totp FOR EACH ROW EXECUTE FUNCTION recusa_pessoa_apagada();
CREATE TRIGGER codigos_de_recuperacao_de_pessoa_apagada BEFORE INSERT ON codigos_de_recuperacao FOR EACH ROW EXECUTE FUNCTION recusa_pessoa_apagada();
CREATE TRIGGER chaves_de_acesso_de_pessoa_apagada BEFORE INSERT ON chaves_de_acesso FOR EACH ROW EXECUTE FUNCTION recusa_pessoa_apagada();
CREATE TRIGGER desafios_de_pessoa_apagada BEFORE INSERT ON desafios FOR EACH ROW EXECUTE FUNCTION recusa_pessoa_apagada();
CREATE TRIGGER identidades_externas_de_pessoa_apagada BEFORE INSERT ON identidades_externas FOR EACH ROW EXECUTE FUNCTION recusa_pessoa_apagada();
CREATE TRIGGER pedidos_de_entrada_de_pessoa_apagada BEFORE INSERT ON pedidos_de_entrada FOR EACH ROW EXECUTE FUNCTION recusa_pessoa_apagada();
CREATE TRIGGER ligacoes_pendentes_de_pessoa_apagada BEFORE INSERT ON ligacoes_pendentes FOR EACH ROW EXECUTE FUNCTION recusa_pessoa_apagada();
CREATE TRIGGER consentimentos_de_pessoa_apagada BEFORE INSERT ON consentimentos FOR EACH ROW EXECUTE FUNCTION recusa_pessoa_apagada();
CREATE TRIGGER pedidos_de_exportacao_de_pessoa_apagada BEFORE INSERT ON pedidos_de_exportacao FOR EACH ROW EXECUTE FUNCTION recusa_pessoa_apagada();

-- An id that was somebody's is nobody's again.
CREATE FUNCTION recusa_conta_apagada() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM pessoas_apagadas WHERE pessoa_id = NEW.id) THEN
    RAISE EXCEPTION 'a pessoa foi apagada' USING ERRCODE = 'RP001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER usuarios_de_pessoa_apagada BEFORE INSERT ON usuarios FOR EACH ROW EXECUTE FUNCTION recusa_conta_apagada();

-- What would still be said of them, names and addresses included; but that they are gone is said.
CREATE FUNCTION recusa_mensagem_de_pessoa_apagada() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM pessoas_apagadas
              WHERE pessoa_id = coalesce(NEW.dados ->> 'usuarioId', substring(NEW.fluxo FROM '^usuario/(.*)$'))::uuid) THEN
    RAISE EXCEPTION 'a pessoa foi apagada' USING ERRCODE = 'RP001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER mensagens_de_pessoa_apagada BEFORE INSERT ON mensagens_pessoais FOR EACH ROW
  WHEN (NEW.tipo NOT LIKE 'usuario.anonimizado.%' AND NEW.tipo NOT LIKE 'usuario.apagamento-pedido.%')
  EXECUTE FUNCTION recusa_mensagem_de_pessoa_apagada();

-- The answer to a request that was under way is not kept, nor is anything that it did.
CREATE FUNCTION recusa_resposta_a_pessoa_apagada() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM pessoas_apagadas WHERE pessoa_id = split_part(NEW.chave, ' ', 1)::uuid) THEN
    RAISE EXCEPTION 'a pessoa foi apagada' USING ERRCODE = 'RP001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER respostas_a_pessoa_apagada BEFORE INSERT ON idempotencia FOR EACH ROW
  WHEN (NEW.chave NOT LIKE 'anonimo %') EXECUTE FUNCTION recusa_resposta_a_pessoa_apagada();
