-- Groups of people, and what they may in each space: reservas learns of every change by its number, one after the other.
CREATE TABLE grupos (
  id        uuid PRIMARY KEY,
  nome      text NOT NULL,
  criado_em timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX grupos_nome_unico ON grupos (lower(nome));

CREATE TABLE grupo_membros (
  grupo_id   uuid NOT NULL REFERENCES grupos ON DELETE CASCADE,
  usuario_id uuid NOT NULL REFERENCES usuarios ON DELETE CASCADE,
  desde      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (grupo_id, usuario_id)
);
CREATE INDEX grupo_membros_da_pessoa ON grupo_membros (usuario_id);

-- The change by which the groups of a person became what they are.
CREATE TABLE grupos_de_pessoas (
  usuario_id uuid PRIMARY KEY REFERENCES usuarios ON DELETE CASCADE,
  sequencia  bigint NOT NULL UNIQUE
);

-- Groups by right; without a right, it is as ever. Spaces are of reservas: here they are an id.
CREATE TABLE acessos_de_espacos (
  espaco_id uuid PRIMARY KEY,
  regras    jsonb NOT NULL,
  versao    int NOT NULL CHECK (versao > 0),
  sequencia bigint NOT NULL UNIQUE
);

-- How many changes there were: whoever makes one holds this row until it commits, so that there are no gaps.
CREATE TABLE acessos_sequencia (
  um     boolean PRIMARY KEY DEFAULT true CHECK (um),
  ultima bigint NOT NULL DEFAULT 0,
  -- When it was last said how many there are.
  dita_em timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO acessos_sequencia DEFAULT VALUES;

INSERT INTO fluxos_passageiros VALUES ('acesso', 400, false);
