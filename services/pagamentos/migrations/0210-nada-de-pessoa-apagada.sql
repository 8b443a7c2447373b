-- Whoever was erased leaves nothing more here. What the money still demands goes on, without what would be theirs: a charge
-- that was asked for before and ends after keeps no secret to pay it by.
CREATE FUNCTION cobranca_de_pessoa_apagada() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM pessoas_apagadas WHERE pessoa_id = NEW.cliente_id) THEN NEW.client_secret := NULL; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER cobrancas_de_pessoas_apagadas BEFORE INSERT OR UPDATE ON cobrancas FOR EACH ROW
  WHEN (NEW.client_secret IS NOT NULL AND NEW.estado IN ('APROVADA', 'CANCELADA'))
  EXECUTE FUNCTION cobranca_de_pessoa_apagada();

-- Nor does a webhook that is over as it comes keep the payer's words.
CREATE TRIGGER webhooks_novos_sem_pessoas_apagadas BEFORE INSERT ON webhooks FOR EACH ROW
  WHEN (NEW.estado IN ('PROCESSADO', 'IGNORADO', 'INESPERADO', 'DESCARTADO') AND NEW.intento_id IS NOT NULL)
  EXECUTE FUNCTION webhook_de_pessoa_apagada();

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
