-- contracao: o direito que sai é o de chamar uma função que esta migração cria
-- What is known of each booking, as its newest message tells it: what a notice says is looked at again when it leaves, and
-- reminders are due by it.
CREATE TABLE reservas_conhecidas (
  reserva_id         uuid PRIMARY KEY,
  usuario_id         uuid NOT NULL,
  versao             int NOT NULL CHECK (versao > 0),
  estado             text NOT NULL,
  inicio             timestamptz NOT NULL,
  fim                timestamptz NOT NULL,
  dados              jsonb NOT NULL,
  -- What the person presents on arrival, and within how many minutes where it is asked for.
  codigo             text,
  tolerancia_minutos int,
  saldo_centavos     int NOT NULL DEFAULT 0,
  saldo_vence_em     timestamptz,
  -- Under what it is charged: itself, or its series.
  cobranca_id        uuid NOT NULL
);
CREATE INDEX reservas_conhecidas_usuario ON reservas_conhecidas (usuario_id);
CREATE INDEX reservas_conhecidas_cobranca ON reservas_conhecidas (cobranca_id);
CREATE INDEX reservas_conhecidas_fim ON reservas_conhecidas (fim);

-- When what is told before something happens is due. `para` is the moment that it was reckoned for: the same is never due
-- twice, and another, since the booking was moved, is due anew. `devida_em` is also the lease of whoever is at it.
CREATE TABLE lembretes (
  reserva_id uuid NOT NULL REFERENCES reservas_conhecidas ON DELETE CASCADE,
  tipo       text NOT NULL CHECK (tipo IN ('LEMBRETE_24H', 'LEMBRETE_1H', 'SALDO_A_VENCER')),
  para       timestamptz,
  devida_em  timestamptz,
  tentativas int NOT NULL DEFAULT 0,
  PRIMARY KEY (reserva_id, tipo)
);
CREATE INDEX lembretes_devidos ON lembretes (devida_em) WHERE devida_em IS NOT NULL;
CREATE INDEX lembretes_parados ON lembretes (tentativas) WHERE devida_em IS NOT NULL AND tentativas >= 5;

-- What it is told of, where that is not the state of the booking: only what is of the same makes it stale.
ALTER TABLE entregas ADD sobre text;
-- What the house is told of.
ALTER TABLE cartas_de_conta ADD fato jsonb;

CREATE TRIGGER reservas_conhecidas_de_pessoa_apagada BEFORE INSERT ON reservas_conhecidas FOR EACH ROW
  EXECUTE FUNCTION nada_de_pessoa_apagada();
CREATE FUNCTION apagar_pessoa_reservas(pessoa uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE conhecidas bigint;
BEGIN
  DELETE FROM reservas_conhecidas WHERE usuario_id = pessoa;
  GET DIAGNOSTICS conhecidas = ROW_COUNT;
  RETURN jsonb_build_object('apagado', linha_de_apagamento('reservas conhecidas', conhecidas), 'mantido', '[]'::jsonb);
END $$;
REVOKE EXECUTE ON FUNCTION apagar_pessoa_reservas(uuid) FROM PUBLIC;
