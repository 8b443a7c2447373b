-- Who may do what with a space, as auth last said: null is everybody who may see it (of `sem_aprovacao`: as the space
-- says). A space without a row is everybody's.
CREATE TABLE espaco_acessos (
  espaco_id     uuid PRIMARY KEY,
  -- Of the change that said so: an older one that comes later is passed over.
  sequencia     bigint NOT NULL,
  ver           uuid[],
  reservar      uuid[],
  sem_aprovacao uuid[],
  aprovar       uuid[] NOT NULL,
  administrar   uuid[] NOT NULL
);
CREATE TABLE pessoa_grupos (
  pessoa_id uuid PRIMARY KEY,
  sequencia bigint NOT NULL,
  grupos    uuid[] NOT NULL
);
-- Up to which change everything has come, and until when that is recent enough to let anybody in by a group.
CREATE TABLE acessos_em_dia (
  um       boolean PRIMARY KEY DEFAULT true CHECK (um),
  ate      bigint NOT NULL DEFAULT 0,
  vale_ate timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO acessos_em_dia DEFAULT VALUES;
-- Changes that came before others of smaller numbers: with all until `anterior`, all until `sequencia` is here.
CREATE TABLE acessos_adiantados (
  sequencia bigint PRIMARY KEY,
  anterior  bigint NOT NULL
);

-- Whoever administers all spaces got in line: no group need let them.
ALTER TABLE fila ADD da_casa boolean NOT NULL DEFAULT false;

INSERT INTO fluxos_passageiros VALUES ('acesso', 30, false);
