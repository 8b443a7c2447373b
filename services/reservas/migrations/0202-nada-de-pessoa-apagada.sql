-- Whoever was erased leaves nothing more here: what comes late, by a token that was still good or a request that waited,
-- is refused whole with a SQLSTATE of ours, which is a 401 to whoever asked.
CREATE FUNCTION recusa_pessoa_apagada() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM pessoas_apagadas WHERE pessoa_id = NEW.cliente_id) THEN
    RAISE EXCEPTION 'a pessoa foi apagada' USING ERRCODE = 'RP001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER reservas_de_pessoa_apagada BEFORE INSERT ON reservas FOR EACH ROW EXECUTE FUNCTION recusa_pessoa_apagada();
CREATE TRIGGER series_de_pessoa_apagada BEFORE INSERT ON series FOR EACH ROW EXECUTE FUNCTION recusa_pessoa_apagada();
CREATE TRIGGER fila_de_pessoa_apagada BEFORE INSERT ON fila FOR EACH ROW EXECUTE FUNCTION recusa_pessoa_apagada();
CREATE TRIGGER cotacoes_de_pessoa_apagada BEFORE INSERT ON cotacoes FOR EACH ROW EXECUTE FUNCTION recusa_pessoa_apagada();

CREATE FUNCTION recusa_dono_apagado() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM pessoas_apagadas WHERE pessoa_id = NEW.dono_id) THEN
    RAISE EXCEPTION 'a pessoa foi apagada' USING ERRCODE = 'RP001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER calendarios_de_pessoa_apagada BEFORE INSERT ON calendarios FOR EACH ROW EXECUTE FUNCTION recusa_dono_apagado();

-- A turn in the waitlist would bring a booking.
CREATE FUNCTION tira_da_fila() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE fila SET situacao = 'DESISTIU' WHERE cliente_id = NEW.pessoa_id AND situacao = 'ESPERANDO';
  RETURN NULL;
END $$;
CREATE TRIGGER fila_sem_pessoas_apagadas AFTER INSERT ON pessoas_apagadas FOR EACH ROW EXECUTE FUNCTION tira_da_fila();
