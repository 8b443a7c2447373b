-- Feeds that calendar programs read by a secret address. Only a hash of the secret is kept.
CREATE TABLE calendarios (
  id          uuid PRIMARY KEY,
  escopo      text NOT NULL CHECK (escopo IN ('USUARIO', 'ESPACO')),
  dono_id     uuid NOT NULL,
  espaco_id   uuid REFERENCES espacos,
  token_hash  bytea NOT NULL UNIQUE,
  criado_em   timestamptz NOT NULL DEFAULT now(),
  revogado_em timestamptz,
  CHECK ((escopo = 'ESPACO') = (espaco_id IS NOT NULL))
);
CREATE INDEX calendarios_dono ON calendarios (dono_id, id) WHERE revogado_em IS NULL;
