-- The current state of each booking, written in the transaction of its events (table eventos, stream reserva/<id>).
CREATE TABLE reservas (
  id                 uuid PRIMARY KEY,
  cliente_id         uuid NOT NULL,
  espaco_id          uuid NOT NULL REFERENCES espacos,
  status             text NOT NULL CHECK (status IN ('PENDENTE_PAGAMENTO', 'CONFIRMADA', 'CANCELADA')),
  motivo             text,
  inicio             timestamptz NOT NULL,
  fim                timestamptz NOT NULL CHECK (fim > inicio),
  fuso               text NOT NULL,
  valor_centavos     bigint NOT NULL CHECK (valor_centavos >= 0),
  reembolso_centavos bigint NOT NULL DEFAULT 0 CHECK (reembolso_centavos BETWEEN 0 AND valor_centavos),
  moeda              text NOT NULL,
  expira_em          timestamptz NOT NULL,
  pagamento_id       uuid,
  versao             int NOT NULL,
  criada_em          timestamptz NOT NULL,
  CHECK ((status = 'CANCELADA') = (motivo IS NOT NULL))
);
CREATE INDEX reservas_cliente ON reservas (cliente_id, id DESC);
CREATE INDEX reservas_espaco ON reservas (espaco_id, id DESC);

-- Everything that takes time away from a unit. Two rows of a unit cannot overlap: this constraint, not any check
-- before it, is why a double booking cannot exist.
CREATE TABLE ocupacoes (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  unidade_id uuid NOT NULL REFERENCES unidades,
  periodo    tstzrange NOT NULL CHECK (NOT isempty(periodo) AND NOT lower_inf(periodo) AND NOT upper_inf(periodo)),
  origem     text NOT NULL CHECK (origem IN ('RESERVA', 'BLOQUEIO')),
  reserva_id uuid REFERENCES reservas DEFERRABLE INITIALLY DEFERRED,
  CHECK ((origem = 'RESERVA') = (reserva_id IS NOT NULL)),
  CONSTRAINT ocupacoes_sem_sobreposicao EXCLUDE USING gist (unidade_id WITH =, periodo WITH &&)
);
CREATE INDEX ocupacoes_reserva ON ocupacoes (reserva_id);
