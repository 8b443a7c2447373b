-- Answers stored under an Idempotency-Key, written in the transaction of the effect itself.
CREATE TABLE idempotencia (
  chave     text PRIMARY KEY,
  hash      text NOT NULL,
  status    int NOT NULL,
  corpo     jsonb NOT NULL,
  criado_em timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idempotencia_criado_em ON idempotencia (criado_em);
