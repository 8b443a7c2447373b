-- People invited to a booking by e-mail. They have no account: what they are told is told to the id that they have here.
CREATE TABLE convidados (
  id          uuid PRIMARY KEY,
  reserva_id  uuid NOT NULL,
  email       text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
  idioma      text NOT NULL DEFAULT 'pt-BR' CHECK (idioma IN ('pt-BR', 'en')),
  -- Who invited them; it counts only when that is a host of the booking, which may be known later, or the house.
  anfitriao   uuid NOT NULL,
  da_casa     boolean NOT NULL DEFAULT false,
  criado_em   timestamptz NOT NULL DEFAULT now(),
  -- Not invited any more, and still to be told so.
  removido_em timestamptz
);
CREATE INDEX convidados_reserva ON convidados (reserva_id);
CREATE INDEX convidados_anfitriao ON convidados (anfitriao, criado_em);
CREATE INDEX convidados_criado_em ON convidados (criado_em);

CREATE FUNCTION nada_por_pessoa_apagada() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM pessoas_apagadas WHERE pessoa_id = NEW.anfitriao) THEN RETURN NULL; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER convidados_por_pessoa_apagada BEFORE INSERT ON convidados FOR EACH ROW EXECUTE FUNCTION nada_por_pessoa_apagada();

-- Whom somebody invited goes with them, and whoever was invited to their bookings. Before what is known of those goes.
CREATE FUNCTION apagar_pessoa_convidados(pessoa uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE convidados_dela bigint; idos uuid[];
BEGIN
  SELECT coalesce(array_agg(id), '{}') INTO idos FROM convidados
   WHERE anfitriao = pessoa OR reserva_id IN (SELECT reserva_id FROM reservas_conhecidas WHERE usuario_id = pessoa);
  UPDATE entregas SET estado = 'SUPERADA' WHERE usuario_id = ANY(idos) AND estado IN ('AGUARDANDO_CONTATO', 'PENDENTE');
  UPDATE emails_locais SET para_nome = '', para_email = '', assunto = '', html = '', texto = '', calendario = NULL
   WHERE para_email <> '' AND entrega_id IN (SELECT id FROM entregas WHERE usuario_id = ANY(idos));
  DELETE FROM convidados WHERE id = ANY(idos);
  GET DIAGNOSTICS convidados_dela = ROW_COUNT;
  RETURN jsonb_build_object('apagado', linha_de_apagamento('convidados', convidados_dela), 'mantido', '[]'::jsonb);
END $$;
REVOKE EXECUTE ON FUNCTION apagar_pessoa_convidados(uuid) FROM PUBLIC;

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'notificacoes_app') THEN
    REVOKE UPDATE ON convidados FROM notificacoes_app;
    GRANT UPDATE (removido_em) ON convidados TO notificacoes_app;
  END IF;
END $$;
