-- The words that somebody wrote for another to read may say anything of anyone: they are kept beside the event, which
-- stays without them, so that they can be erased. Whoever reads or publishes an event puts them back while they are there.
CREATE TABLE palavras_de_eventos (
  evento_id uuid PRIMARY KEY,
  palavras  jsonb NOT NULL
);

-- Also of what an instance of an older version writes.
CREATE FUNCTION separar_palavras() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO palavras_de_eventos VALUES (NEW.id, jsonb_build_object('justificativa', NEW.dados -> 'justificativa'));
  NEW.dados := NEW.dados - 'justificativa';
  RETURN NEW;
END $$;
CREATE TRIGGER eventos_sem_palavras BEFORE INSERT ON eventos FOR EACH ROW
  WHEN (NEW.dados ? 'justificativa') EXECUTE FUNCTION separar_palavras();

INSERT INTO palavras_de_eventos
  SELECT id, jsonb_build_object('justificativa', dados -> 'justificativa') FROM eventos WHERE dados ? 'justificativa';
ALTER TABLE eventos DISABLE TRIGGER eventos_sem_reescrita;
UPDATE eventos SET dados = dados - 'justificativa' WHERE dados ? 'justificativa';
ALTER TABLE eventos ENABLE TRIGGER eventos_sem_reescrita;
