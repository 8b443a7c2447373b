ALTER TABLE estornos
  DROP CONSTRAINT estornos_valor_centavos_check,
  DROP CONSTRAINT estornos_estado_check,
  -- Zero: nothing was left to give back, which is an answer too.
  ADD CONSTRAINT estornos_valor_centavos_check CHECK (valor_centavos >= 0),
  -- FALHOU ends only what we did not ask for ourselves; our own are asked for again.
  ADD CONSTRAINT estornos_estado_check CHECK (estado IN ('A_FAZER', 'EM_PROCESSAMENTO', 'CONCLUIDO', 'FALHOU')),
  ADD COLUMN valor_pedido_centavos bigint,
  ADD COLUMN origem text NOT NULL DEFAULT 'RESERVA' CHECK (origem IN ('RESERVA', 'ADMIN', 'PROVEDOR')),
  ADD COLUMN concluido_em timestamptz,
  -- Told to others: once, also when the bank returns it and it is made again.
  ADD COLUMN contado_em timestamptz;
UPDATE estornos SET valor_pedido_centavos = valor_centavos;
UPDATE estornos SET concluido_em = now(), contado_em = now() WHERE estado = 'CONCLUIDO';
ALTER TABLE estornos ALTER COLUMN valor_pedido_centavos SET NOT NULL;
CREATE INDEX estornos_nao_concluidos ON estornos (criado_em) WHERE estado IN ('A_FAZER', 'EM_PROCESSAMENTO');

-- Who gave money back by hand, when and why.
CREATE TABLE auditoria_estornos (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  estorno_id     uuid NOT NULL REFERENCES estornos,
  cobranca_id    uuid NOT NULL REFERENCES cobrancas,
  autor_id       uuid NOT NULL,
  valor_centavos bigint NOT NULL,
  motivo         text NOT NULL,
  correlacao     text NOT NULL,
  em             timestamptz NOT NULL DEFAULT now()
);
CREATE FUNCTION auditoria_imutavel() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a auditoria só aceita acréscimos' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER auditoria_estornos_imutavel BEFORE UPDATE OR DELETE ON auditoria_estornos
  FOR EACH ROW EXECUTE FUNCTION auditoria_imutavel();
CREATE TRIGGER auditoria_estornos_sem_truncate BEFORE TRUNCATE ON auditoria_estornos
  FOR EACH STATEMENT EXECUTE FUNCTION auditoria_imutavel();
