-- When the time of each booking that is to be ended is over: work of its own, kept in step by whoever writes the booking,
-- an instance of an older version included. It takes the place of presencas_adiadas, which those still use.
CREATE TABLE fins_de_reserva (
  reserva_id      uuid PRIMARY KEY,
  cobranca_id     uuid NOT NULL,
  vence_em        timestamptz NOT NULL,
  em_trabalho_ate timestamptz,
  tentativas      int NOT NULL DEFAULT 0
);
CREATE INDEX fins_de_reserva_vez ON fins_de_reserva (vence_em);
CREATE INDEX fins_de_reserva_que_falham ON fins_de_reserva (reserva_id) WHERE tentativas >= 10;

CREATE FUNCTION fim_da_reserva_muda() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.presenca_vence_em IS NULL THEN
    DELETE FROM fins_de_reserva WHERE reserva_id = NEW.id;
  ELSE
    INSERT INTO fins_de_reserva AS f (reserva_id, cobranca_id, vence_em)
    VALUES (NEW.id, NEW.cobranca_id, NEW.presenca_vence_em)
    ON CONFLICT (reserva_id) DO UPDATE SET cobranca_id = excluded.cobranca_id, vence_em = excluded.vence_em,
      em_trabalho_ate = NULL, tentativas = 0
     WHERE (f.cobranca_id, f.vence_em) IS DISTINCT FROM (excluded.cobranca_id, excluded.vence_em);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER fim_da_reserva_nasce AFTER INSERT ON reservas FOR EACH ROW
  WHEN (NEW.presenca_vence_em IS NOT NULL) EXECUTE FUNCTION fim_da_reserva_muda();
CREATE TRIGGER fim_da_reserva_muda AFTER UPDATE ON reservas FOR EACH ROW
  WHEN (OLD.presenca_vence_em IS DISTINCT FROM NEW.presenca_vence_em OR OLD.cobranca_id IS DISTINCT FROM NEW.cobranca_id)
  EXECUTE FUNCTION fim_da_reserva_muda();
INSERT INTO fins_de_reserva (reserva_id, cobranca_id, vence_em)
SELECT id, cobranca_id, presenca_vence_em FROM reservas WHERE presenca_vence_em IS NOT NULL
ON CONFLICT DO NOTHING;
