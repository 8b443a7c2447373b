-- Receipts: numbered per year without gaps, content fixed when issued. The number comes from a locked counter row, in the
-- transaction that records the money: who rolls back gives the number back before anybody else has seen the next one.
CREATE TABLE contadores_de_recibos (
  ano    int PRIMARY KEY,
  ultimo int NOT NULL CHECK (ultimo >= 1)
);

CREATE TABLE recibos (
  ano         int NOT NULL REFERENCES contadores_de_recibos,
  sequencia   int NOT NULL CHECK (sequencia >= 1),
  numero      text NOT NULL UNIQUE
    GENERATED ALWAYS AS (ano::text || '-' || lpad(sequencia::text, greatest(6, length(sequencia::text)), '0')) STORED,
  tipo        text NOT NULL CHECK (tipo IN ('PAGAMENTO', 'ESTORNO')),
  cobranca_id uuid NOT NULL REFERENCES cobrancas,
  estorno_id  uuid REFERENCES estornos,
  -- What the provider calls the movement: it has one receipt, however often it is told of.
  provedor_id text NOT NULL UNIQUE,
  -- Whoever holds the receipt can ask by this whether it is genuine; it cannot be guessed from the number.
  codigo      text NOT NULL UNIQUE,
  emitido_em  timestamptz NOT NULL,
  conteudo    jsonb NOT NULL,
  PRIMARY KEY (ano, sequencia),
  CHECK ((tipo = 'ESTORNO') = (estorno_id IS NOT NULL))
);
CREATE INDEX recibos_cobranca ON recibos (cobranca_id);

CREATE FUNCTION recibos_imutaveis() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a tabela % só aceita acréscimos', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER recibos_imutaveis BEFORE UPDATE OR DELETE ON recibos
  FOR EACH ROW EXECUTE FUNCTION recibos_imutaveis();
CREATE TRIGGER recibos_sem_truncate BEFORE TRUNCATE ON recibos
  FOR EACH STATEMENT EXECUTE FUNCTION recibos_imutaveis();
CREATE TRIGGER contadores_de_recibos_sem_delete BEFORE DELETE ON contadores_de_recibos
  FOR EACH ROW EXECUTE FUNCTION recibos_imutaveis();
CREATE TRIGGER contadores_de_recibos_sem_truncate BEFORE TRUNCATE ON contadores_de_recibos
  FOR EACH STATEMENT EXECUTE FUNCTION recibos_imutaveis();

-- The counter only counts, and a receipt bears what it counted …
CREATE FUNCTION contador_conta_de_um_em_um() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.ano <> OLD.ano OR NEW.ultimo <> OLD.ultimo + 1 THEN
    RAISE EXCEPTION 'o contador de recibos só anda de um em um' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER contador_conta_de_um_em_um BEFORE UPDATE ON contadores_de_recibos
  FOR EACH ROW EXECUTE FUNCTION contador_conta_de_um_em_um();

CREATE FUNCTION recibo_leva_o_numero_contado() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.sequencia IS DISTINCT FROM (SELECT ultimo FROM contadores_de_recibos WHERE ano = NEW.ano) THEN
    RAISE EXCEPTION 'o recibo %-% não leva o número contado', NEW.ano, NEW.sequencia USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER recibo_leva_o_numero_contado BEFORE INSERT ON recibos
  FOR EACH ROW EXECUTE FUNCTION recibo_leva_o_numero_contado();

-- … and by the commit every counted number has its receipt.
CREATE FUNCTION numero_contado_tem_recibo() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM recibos WHERE ano = NEW.ano AND sequencia = NEW.ultimo) THEN
    RAISE EXCEPTION 'falta o recibo %-%', NEW.ano, NEW.ultimo USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER numero_contado_tem_recibo AFTER INSERT OR UPDATE ON contadores_de_recibos
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION numero_contado_tem_recibo();
