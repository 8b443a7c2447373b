-- What is said of people (usuario.*) names them, so that it never enters the history, which cannot forget: it has an
-- outbox of its own, which the retention empties some days after it was published.
CREATE TABLE mensagens_pessoais (
  posicao      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id           uuid NOT NULL UNIQUE,
  fluxo        text NOT NULL,
  versao       int NOT NULL CHECK (versao > 0),
  tipo         text NOT NULL,
  dados        jsonb NOT NULL,
  metadados    jsonb NOT NULL,
  ocorrido_em  timestamptz NOT NULL DEFAULT clock_timestamp(),
  publicado_em timestamptz,
  CONSTRAINT mensagens_pessoais_fluxo_versao_key UNIQUE (fluxo, versao)
);
CREATE INDEX mensagens_pessoais_a_publicar ON mensagens_pessoais (posicao) WHERE publicado_em IS NULL;
CREATE INDEX mensagens_pessoais_publicadas ON mensagens_pessoais (publicado_em) WHERE publicado_em IS NOT NULL;

-- Whoever writes them into the history all the same, such as an instance of an older version, writes here.
CREATE FUNCTION desviar_mensagem_pessoal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO mensagens_pessoais (id, fluxo, versao, tipo, dados, metadados, ocorrido_em, publicado_em)
  VALUES (NEW.id, NEW.fluxo, NEW.versao, NEW.tipo, NEW.dados, NEW.metadados, NEW.ocorrido_em, NEW.publicado_em);
  RETURN NULL;
END $$;
CREATE TRIGGER eventos_sem_pessoas BEFORE INSERT ON eventos FOR EACH ROW
  WHEN (NEW.tipo LIKE 'usuario.%') EXECUTE FUNCTION desviar_mensagem_pessoal();

-- And those that are there already go: what they were for has been done, or is still to be published from here.
INSERT INTO mensagens_pessoais (id, fluxo, versao, tipo, dados, metadados, ocorrido_em, publicado_em)
  SELECT id, fluxo, versao, tipo, dados, metadados, ocorrido_em, publicado_em FROM eventos WHERE tipo LIKE 'usuario.%' ORDER BY posicao;
ALTER TABLE eventos DISABLE TRIGGER eventos_sem_remocao;
DELETE FROM eventos WHERE tipo LIKE 'usuario.%';
ALTER TABLE eventos ENABLE TRIGGER eventos_sem_remocao;
