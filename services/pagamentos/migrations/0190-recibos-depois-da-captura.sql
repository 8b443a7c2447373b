-- Receipts that are owed: written with the money, and issued together a moment after, so that captures do not wait for
-- each other. What is fixed by then is here; a movement has one receipt, however often it is asked for.
CREATE TABLE recibos_a_emitir (
  provedor_id     text PRIMARY KEY,
  cobranca_id     uuid NOT NULL REFERENCES cobrancas,
  estorno_id      uuid REFERENCES estornos,
  valor_centavos  bigint NOT NULL,
  pedido_em       timestamptz NOT NULL DEFAULT clock_timestamp(),
  emitir_em       timestamptz NOT NULL DEFAULT now(),
  em_trabalho_ate timestamptz,
  tentativas      int NOT NULL DEFAULT 0
);
CREATE INDEX recibos_a_emitir_em ON recibos_a_emitir (emitir_em);
CREATE INDEX recibos_a_emitir_cobranca ON recibos_a_emitir (cobranca_id);
CREATE INDEX recibos_a_emitir_que_falham ON recibos_a_emitir (provedor_id) WHERE tentativas >= 10;

-- The counter counts several at once, forward only; a receipt bears a counted number …
CREATE OR REPLACE FUNCTION contador_conta_de_um_em_um() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.ano <> OLD.ano OR NEW.ultimo <= OLD.ultimo THEN
    RAISE EXCEPTION 'o contador de recibos só anda para a frente' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION recibo_leva_o_numero_contado() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.sequencia > coalesce((SELECT ultimo FROM contadores_de_recibos WHERE ano = NEW.ano), 0) THEN
    RAISE EXCEPTION 'o recibo %-% não leva um número contado', NEW.ano, NEW.sequencia USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
-- … and by the commit every one that was counted has its receipt.
CREATE OR REPLACE FUNCTION numero_contado_tem_recibo() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  anterior int := CASE WHEN TG_OP = 'UPDATE' THEN OLD.ultimo ELSE 0 END;
BEGIN
  IF (SELECT count(*) FROM recibos WHERE ano = NEW.ano AND sequencia > anterior AND sequencia <= NEW.ultimo) <> NEW.ultimo - anterior THEN
    RAISE EXCEPTION 'falta o recibo de um número contado: %, de % a %', NEW.ano, anterior + 1, NEW.ultimo USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
