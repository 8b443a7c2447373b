-- Refunds and disputes of intents that no charge is paid through, as they were last seen: one that changes is looked at again.
CREATE TABLE movimentos_de_orfaos (
  provedor_id    text PRIMARY KEY,
  intento_id     text NOT NULL REFERENCES intentos_orfaos,
  situacao       text NOT NULL,
  valor_centavos bigint NOT NULL,
  visto_em       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX movimentos_de_orfaos_intento ON movimentos_de_orfaos (intento_id);
-- Those that were closed as returned before anybody looked at what was returned.
UPDATE intentos_orfaos SET proxima_acao_em = now() WHERE desfecho = 'DEVOLVIDO';
