-- What fails is given up by how long it has failed, not by how often: how often it did, with a word of why, and since when.
-- `tentativas` counts claims: those of which nothing was heard took their process with them.
ALTER TABLE entregas ADD falhas int NOT NULL DEFAULT 0, ADD falhando_desde timestamptz;
ALTER TABLE cartas_de_conta ADD falhas int NOT NULL DEFAULT 0, ADD falhando_desde timestamptz;

-- Less than the price where a deposit is asked for: what an approved request has to pay.
ALTER TABLE reservas_conhecidas ADD sinal_centavos int;

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'notificacoes_app') THEN
    GRANT UPDATE (falhas, falhando_desde) ON entregas, cartas_de_conta TO notificacoes_app;
  END IF;
END $$;
