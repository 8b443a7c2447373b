-- Bookings whose money may have changed since it was compared: whoever changes it appends, so that nobody waits for
-- anybody; the reconciler takes the oldest, compares and deletes them. By the id under which they are charged.
CREATE TABLE contas_mudadas (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cobrada_sob uuid NOT NULL,
  em          timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE FUNCTION conta_mudou() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'reservas_vistas' THEN
    INSERT INTO contas_mudadas (cobrada_sob) VALUES (NEW.cobrada_sob);
  ELSIF TG_TABLE_NAME = 'cobrancas' THEN
    INSERT INTO contas_mudadas (cobrada_sob) VALUES (NEW.reserva_id);
  ELSE
    INSERT INTO contas_mudadas (cobrada_sob) SELECT reserva_id FROM cobrancas WHERE id = NEW.cobranca_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER reservas_vistas_mudam AFTER INSERT OR UPDATE ON reservas_vistas FOR EACH ROW EXECUTE FUNCTION conta_mudou();
CREATE TRIGGER cobrancas_nascem AFTER INSERT ON cobrancas FOR EACH ROW EXECUTE FUNCTION conta_mudou();
CREATE TRIGGER cobrancas_mudam AFTER UPDATE ON cobrancas FOR EACH ROW
  WHEN (OLD.estado IS DISTINCT FROM NEW.estado OR OLD.cancelamento_pedido IS DISTINCT FROM NEW.cancelamento_pedido
        OR OLD.valor_centavos IS DISTINCT FROM NEW.valor_centavos)
  EXECUTE FUNCTION conta_mudou();
CREATE TRIGGER estornos_nascem AFTER INSERT ON estornos FOR EACH ROW EXECUTE FUNCTION conta_mudou();
CREATE TRIGGER estornos_mudam AFTER UPDATE ON estornos FOR EACH ROW
  WHEN (OLD.estado IS DISTINCT FROM NEW.estado OR OLD.valor_centavos IS DISTINCT FROM NEW.valor_centavos)
  EXECUTE FUNCTION conta_mudou();
CREATE TRIGGER disputas_mudam AFTER INSERT OR UPDATE ON disputas FOR EACH ROW EXECUTE FUNCTION conta_mudou();
CREATE TRIGGER lancamentos_nascem AFTER INSERT ON lancamentos FOR EACH ROW EXECUTE FUNCTION conta_mudou();

-- The comparison of our own tables has a turn of its own: lost events are not fetched only after it, nor it after them.
ALTER TABLE reconciliacao_continua ADD COLUMN local_em timestamptz NOT NULL DEFAULT now();

-- What stands still is found without a look at what does not.
CREATE INDEX cobrancas_a_abrir ON cobrancas (tentativas) WHERE estado = 'A_ABRIR';
CREATE INDEX estornos_que_falharam ON estornos (contado_em) WHERE estado = 'FALHOU';
CREATE INDEX intentos_orfaos_sem_desfecho ON intentos_orfaos (visto_em) WHERE desfecho IS NULL;
CREATE INDEX webhooks_estacionados ON webhooks (recebido_em) WHERE estado = 'ESTACIONADO';
