-- What the provider told us, as it came, before any effect. ESTACIONADO: about a payment that we do not know (yet).
CREATE TABLE webhooks (
  evento_id     text PRIMARY KEY,
  tipo          text NOT NULL,
  corpo         text NOT NULL,
  estado        text NOT NULL CHECK (estado IN ('PENDENTE', 'ESTACIONADO', 'PROCESSADO', 'IGNORADO')),
  tentativas    int NOT NULL DEFAULT 0,
  proxima_em    timestamptz DEFAULT now(),
  recebido_em   timestamptz NOT NULL DEFAULT now(),
  processado_em timestamptz
);
CREATE INDEX webhooks_a_processar ON webhooks (proxima_em) WHERE proxima_em IS NOT NULL;
