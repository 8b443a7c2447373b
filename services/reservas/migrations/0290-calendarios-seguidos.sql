-- Calendars of elsewhere that say when a space is taken: fetched as leased work, and what they say becomes blackouts.
CREATE TABLE calendarios_seguidos (
  id              uuid PRIMARY KEY,
  espaco_id       uuid NOT NULL REFERENCES espacos,
  nome            text NOT NULL,
  -- Whoever has it can read the calendar: it is shown to nobody.
  endereco        text NOT NULL,
  -- Those that it takes; null: all of the space.
  unidades        uuid[],
  autor_id        uuid NOT NULL,
  criado_em       timestamptz NOT NULL DEFAULT now(),
  buscado_em      timestamptz,
  lido_em         timestamptz,
  erro            text,
  status          int,
  -- Null: paused.
  busca_em        timestamptz DEFAULT now(),
  em_trabalho_ate timestamptz,
  tentativas      int NOT NULL DEFAULT 0
);
CREATE INDEX calendarios_seguidos_espaco ON calendarios_seguidos (espaco_id, criado_em, id);
CREATE INDEX calendarios_seguidos_vez ON calendarios_seguidos (busca_em);

-- What is over stays when its calendar goes.
ALTER TABLE bloqueios ADD calendario_id uuid REFERENCES calendarios_seguidos ON DELETE SET NULL;
