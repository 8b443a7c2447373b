-- What a space does on a holiday: [] stays closed, NULL takes no notice.
ALTER TABLE espacos ADD horarios_em_feriado jsonb DEFAULT '[]';

-- Days that admins call holidays, in one city or everywhere.
CREATE TABLE feriados (
  id     uuid PRIMARY KEY,
  data   date NOT NULL,
  cidade text,
  nome   text NOT NULL
);
CREATE UNIQUE INDEX feriados_data_cidade ON feriados (data, coalesce(cidade, ''));

-- Text as it is searched: without case and accents. The same is done to the words that are looked for.
CREATE FUNCTION sem_acentos(texto text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT translate(lower(texto),
    'áàâãäåÁÀÂÃÄÅéèêëÉÈÊËíìîïÍÌÎÏóòôõöÓÒÔÕÖúùûüÚÙÛÜçÇñÑýÿÝ',
    'aaaaaaaaaaaaeeeeeeeeiiiiiiiioooooooooouuuuuuuuccnnyyy')
$$;
ALTER TABLE espacos
  ADD busca text GENERATED ALWAYS AS (sem_acentos(nome || ' ' || descricao || ' ' || cidade || ' ' || endereco)) STORED;

-- The spaces that a composite one is made of; it owns their units.
CREATE TABLE espaco_partes (
  espaco_id uuid NOT NULL REFERENCES espacos,
  parte_id  uuid NOT NULL REFERENCES espacos,
  PRIMARY KEY (espaco_id, parte_id),
  CHECK (espaco_id <> parte_id)
);
CREATE INDEX espaco_partes_parte ON espaco_partes (parte_id);

-- Time that an admin takes away from a space. Like a booking it exists as rows of ocupacoes.
CREATE TABLE bloqueios (
  id        uuid PRIMARY KEY,
  espaco_id uuid NOT NULL REFERENCES espacos,
  inicio    timestamptz NOT NULL,
  fim       timestamptz NOT NULL CHECK (fim > inicio),
  motivo    text NOT NULL,
  autor_id  uuid NOT NULL,
  criado_em timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX bloqueios_espaco ON bloqueios (espaco_id, inicio, id);

-- RETIRADA: the unit is no more. The row reaches from its removal to the end of time, so that the constraint decides
-- between a removal and a booking that come together.
ALTER TABLE ocupacoes
  DROP CONSTRAINT ocupacoes_origem_check,
  ADD CONSTRAINT ocupacoes_origem_check CHECK (origem IN ('RESERVA', 'BLOQUEIO', 'RETIRADA')),
  ADD bloqueio_id uuid REFERENCES bloqueios ON DELETE CASCADE,
  ADD CHECK (bloqueio_id IS NULL OR origem = 'BLOQUEIO');
CREATE INDEX ocupacoes_bloqueio ON ocupacoes (bloqueio_id) WHERE bloqueio_id IS NOT NULL;
