CREATE TABLE disputas (
  id                uuid PRIMARY KEY,
  provedor_id       text NOT NULL UNIQUE,
  cobranca_id       uuid NOT NULL REFERENCES cobrancas,
  valor_centavos    bigint NOT NULL CHECK (valor_centavos > 0),
  situacao          text NOT NULL CHECK (situacao IN ('ABERTA', 'GANHA', 'PERDIDA')),
  motivo            text NOT NULL,
  responder_ate     timestamptz,
  aberta_em         timestamptz NOT NULL,
  encerrada_em      timestamptz,
  atualizada_em     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX disputas_cobranca ON disputas (cobranca_id);

-- What pagamentos remembers of the bookings that it is paid for: the last that was heard of each …
CREATE TABLE reservas_vistas (
  reserva_id     uuid PRIMARY KEY,
  cobrada_sob    uuid NOT NULL,
  situacao       text NOT NULL CHECK (situacao IN ('PENDENTE', 'CONFIRMADA', 'CANCELADA')),
  pago_centavos  bigint NOT NULL,
  sequencia      int NOT NULL,
  atualizada_em  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX reservas_vistas_cobrada_sob ON reservas_vistas (cobrada_sob);
-- … and the facts that prove a service was agreed, used and told about (no name, address or text of a message).
CREATE TABLE fatos_da_reserva (
  mensagem_id uuid PRIMARY KEY,
  reserva_id  uuid NOT NULL,
  tipo        text NOT NULL,
  ocorrido_em timestamptz NOT NULL,
  dados       jsonb NOT NULL
);
CREATE INDEX fatos_da_reserva_reserva ON fatos_da_reserva (reserva_id, ocorrido_em);
