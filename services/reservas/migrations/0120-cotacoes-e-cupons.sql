-- Coupons. usos counts the uses that stand (a booking that ended unpaid gives its use back); a use is taken under the
-- lock of the coupon's row, and the CHECK is why no defect can oversell one.
CREATE TABLE cupons (
  id                    uuid PRIMARY KEY,
  codigo                text NOT NULL CONSTRAINT cupons_codigo_unico UNIQUE CHECK (codigo = upper(codigo)),
  descricao             text NOT NULL,
  ativo                 boolean NOT NULL DEFAULT true,
  percentual            int CHECK (percentual BETWEEN 1 AND 100),
  valor_centavos        bigint CHECK (valor_centavos > 0),
  vigente_de            timestamptz,
  vigente_ate           timestamptz,
  limite_total          int CHECK (limite_total > 0),
  limite_por_pessoa     int CHECK (limite_por_pessoa > 0),
  espacos               uuid[],
  tipos                 text[],
  valor_minimo_centavos bigint NOT NULL DEFAULT 0 CHECK (valor_minimo_centavos >= 0),
  usos                  int NOT NULL DEFAULT 0 CHECK (usos >= 0),
  versao                int NOT NULL DEFAULT 1,
  criado_em             timestamptz NOT NULL DEFAULT now(),
  alterado_em           timestamptz NOT NULL DEFAULT now(),
  CHECK ((percentual IS NULL) <> (valor_centavos IS NULL)),
  CONSTRAINT cupons_validade CHECK (vigente_ate > vigente_de),
  CONSTRAINT cupons_usos_no_limite CHECK (usos <= limite_total)
);

CREATE TABLE cupom_usos (
  reserva_id   uuid PRIMARY KEY REFERENCES reservas DEFERRABLE INITIALLY DEFERRED,
  cupom_id     uuid NOT NULL REFERENCES cupons,
  cliente_id   uuid NOT NULL,
  usado_em     timestamptz NOT NULL DEFAULT now(),
  devolvido_em timestamptz
);
CREATE INDEX cupom_usos_pessoa ON cupom_usos (cupom_id, cliente_id) WHERE devolvido_em IS NULL;

-- What a person was told that a booking would cost, honoured until it expires. reserva_id is the booking that used it.
CREATE TABLE cotacoes (
  id                    uuid PRIMARY KEY,
  cliente_id            uuid NOT NULL,
  espaco_id             uuid NOT NULL REFERENCES espacos,
  inicio                timestamptz NOT NULL,
  fim                   timestamptz NOT NULL CHECK (fim > inicio),
  espaco_versao         int NOT NULL,
  linhas                jsonb NOT NULL,
  total_centavos        bigint NOT NULL CHECK (total_centavos >= 0),
  sinal                 jsonb,
  politica_cancelamento jsonb NOT NULL,
  cupom_id              uuid REFERENCES cupons,
  cupom                 text,
  criada_em             timestamptz NOT NULL DEFAULT now(),
  expira_em             timestamptz NOT NULL,
  reserva_id            uuid UNIQUE REFERENCES reservas DEFERRABLE INITIALLY DEFERRED,
  CHECK ((cupom_id IS NULL) = (cupom IS NULL))
);
CREATE INDEX cotacoes_expira_em ON cotacoes (expira_em);
