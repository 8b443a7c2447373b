-- CLIENTE: what the client paid, less what is given back to them. RECEBIVEL: what the provider owes us. ESTORNOS: refunds
-- that we owe and the provider has not made yet (negative). TAXAS: what the provider keeps. DISPUTAS: what is withheld or lost.
ALTER TABLE lancamentos DROP CONSTRAINT lancamentos_conta_check;
ALTER TABLE lancamentos DISABLE TRIGGER lancamentos_imutaveis;
UPDATE lancamentos SET conta = 'RECEBIVEL' WHERE conta = 'PROVEDOR';
ALTER TABLE lancamentos ENABLE TRIGGER lancamentos_imutaveis;
ALTER TABLE lancamentos
  ADD CONSTRAINT lancamentos_conta_check CHECK (conta IN ('CLIENTE', 'RECEBIVEL', 'ESTORNOS', 'TAXAS', 'DISPUTAS'));

-- Each movement sums to zero and is about one charge; so each charge does too, and that is checked as well.
CREATE OR REPLACE FUNCTION lancamentos_equilibrados() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  soma numeric;
  cobrancas int;
BEGIN
  SELECT sum(valor_centavos), count(DISTINCT cobranca_id) INTO soma, cobrancas FROM lancamentos WHERE origem = NEW.origem;
  IF soma <> 0 OR cobrancas <> 1 THEN
    RAISE EXCEPTION 'os lançamentos de % não somam zero numa só cobrança', NEW.origem USING ERRCODE = 'check_violation';
  END IF;
  IF (SELECT sum(valor_centavos) FROM lancamentos WHERE cobranca_id = NEW.cobranca_id) <> 0 THEN
    RAISE EXCEPTION 'os lançamentos da cobrança % não somam zero', NEW.cobranca_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER lancamentos_sem_truncate BEFORE TRUNCATE ON lancamentos
  FOR EACH STATEMENT EXECUTE FUNCTION lancamentos_imutaveis();
