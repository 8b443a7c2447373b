-- Ledger: double entry, append-only. The entries of a movement sum to zero; a movement is recorded once, whoever
-- reports it (origem is what the provider calls it).
CREATE TABLE lancamentos (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  origem         text NOT NULL,
  cobranca_id    uuid NOT NULL REFERENCES cobrancas,
  conta          text NOT NULL CHECK (conta IN ('CLIENTE', 'PROVEDOR')),
  valor_centavos bigint NOT NULL CHECK (valor_centavos <> 0),
  lancado_em     timestamptz NOT NULL DEFAULT now(),
  UNIQUE (origem, conta)
);
CREATE INDEX lancamentos_cobranca ON lancamentos (cobranca_id);

CREATE FUNCTION lancamentos_equilibrados() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT sum(valor_centavos) FROM lancamentos WHERE origem = NEW.origem) <> 0 THEN
    RAISE EXCEPTION 'os lançamentos de % não somam zero', NEW.origem USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER lancamentos_equilibrados AFTER INSERT ON lancamentos
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION lancamentos_equilibrados();

CREATE FUNCTION lancamentos_imutaveis() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a tabela lancamentos só aceita acréscimos' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER lancamentos_imutaveis BEFORE UPDATE OR DELETE ON lancamentos
  FOR EACH ROW EXECUTE FUNCTION lancamentos_imutaveis();
