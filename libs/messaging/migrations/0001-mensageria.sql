-- Event table: what happened, in order, per stream; at the same time the outbox that the relay publishes from.
CREATE TABLE eventos (
  posicao      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id           uuid NOT NULL UNIQUE,
  fluxo        text NOT NULL,
  versao       int NOT NULL CHECK (versao > 0),
  tipo         text NOT NULL,
  dados        jsonb NOT NULL,
  metadados    jsonb NOT NULL,
  ocorrido_em  timestamptz NOT NULL DEFAULT clock_timestamp(),
  publicado_em timestamptz,
  UNIQUE (fluxo, versao)
);
CREATE INDEX eventos_a_publicar ON eventos (posicao) WHERE publicado_em IS NULL;

-- History is never rewritten: the relay's mark is the only thing that may change.
CREATE FUNCTION eventos_imutaveis() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a tabela eventos só aceita acréscimos' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER eventos_sem_reescrita BEFORE UPDATE OF posicao, id, fluxo, versao, tipo, dados, metadados, ocorrido_em
  ON eventos FOR EACH ROW EXECUTE FUNCTION eventos_imutaveis();
CREATE TRIGGER eventos_sem_remocao BEFORE DELETE ON eventos FOR EACH ROW EXECUTE FUNCTION eventos_imutaveis();

-- One row per message whose effect has been applied, written in the transaction of the effect.
CREATE TABLE inbox (
  consumidor  text NOT NULL,
  mensagem_id uuid NOT NULL,
  recebida_em timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumidor, mensagem_id)
);
CREATE INDEX inbox_recebida_em ON inbox (recebida_em);

-- Messages that were being handled when a consumer died, and how often their handling was begun since.
CREATE TABLE inbox_suspeitas (
  consumidor  text NOT NULL,
  mensagem_id uuid NOT NULL,
  inicios     int NOT NULL,
  PRIMARY KEY (consumidor, mensagem_id)
);

CREATE TABLE sagas (
  nome          text NOT NULL,
  chave         uuid NOT NULL,
  estado        jsonb NOT NULL,
  prazo         timestamptz,
  atualizada_em timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (nome, chave)
);
CREATE INDEX sagas_prazo ON sagas (nome, prazo) WHERE prazo IS NOT NULL;
