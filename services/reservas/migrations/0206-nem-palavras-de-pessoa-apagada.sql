-- Nor do the words about a booking of somebody who was erased stay, whoever writes them late: the event parts from them
-- before they are kept beside it (0009), and the row has none.
CREATE FUNCTION reserva_de_pessoa_apagada(reserva text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM reservas r JOIN pessoas_apagadas p ON p.pessoa_id = r.cliente_id WHERE r.id = reserva::uuid)
$$;
CREATE FUNCTION evento_sem_palavras_de_apagados() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF reserva_de_pessoa_apagada(split_part(NEW.fluxo, '/', 2)) THEN NEW.dados := NEW.dados - 'justificativa'; END IF;
  RETURN NEW;
END $$;
-- Triggers of one table fire by their names: this one before eventos_sem_palavras.
CREATE TRIGGER eventos_de_pessoas_apagadas BEFORE INSERT ON eventos FOR EACH ROW
  WHEN (NEW.dados ? 'justificativa' AND NEW.fluxo LIKE 'reserva/%') EXECUTE FUNCTION evento_sem_palavras_de_apagados();

CREATE FUNCTION reserva_sem_palavras_de_apagados() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM pessoas_apagadas WHERE pessoa_id = NEW.cliente_id) THEN NEW.justificativa := NULL; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER reservas_sem_palavras_de_apagados BEFORE UPDATE OF justificativa ON reservas FOR EACH ROW
  WHEN (NEW.justificativa IS NOT NULL) EXECUTE FUNCTION reserva_sem_palavras_de_apagados();

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
