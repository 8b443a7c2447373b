-- One charge per booking; its attempts happen inside one PaymentIntent of the provider. A row with proxima_acao_em is
-- work to be done: claimed with SKIP LOCKED under a lease (em_trabalho_ate), so that a crash only delays it.
CREATE TABLE cobrancas (
  id                  uuid PRIMARY KEY,
  reserva_id          uuid NOT NULL UNIQUE,
  cliente_id          uuid NOT NULL,
  valor_centavos      bigint NOT NULL CHECK (valor_centavos > 0),
  moeda               text NOT NULL,
  descricao           text NOT NULL,
  expira_em           timestamptz NOT NULL,
  estado              text NOT NULL CHECK (estado IN ('A_ABRIR', 'ABERTA', 'APROVADA', 'CANCELADA')),
  cancelamento_pedido boolean NOT NULL DEFAULT false,
  provedor_id         text UNIQUE,
  client_secret       text,
  chave_tentativa     int NOT NULL DEFAULT 1,
  ultima_recusa       text,
  ultima_recusa_ref   text,
  aprovada_em         timestamptz,
  tentativas          int NOT NULL DEFAULT 0,
  proxima_acao_em     timestamptz DEFAULT now(),
  em_trabalho_ate     timestamptz,
  criada_em           timestamptz NOT NULL DEFAULT now(),
  CHECK (estado IN ('A_ABRIR', 'CANCELADA') OR provedor_id IS NOT NULL)
);
CREATE INDEX cobrancas_a_fazer ON cobrancas (proxima_acao_em) WHERE proxima_acao_em IS NOT NULL;
CREATE INDEX cobrancas_cliente ON cobrancas (cliente_id, id DESC);

CREATE TABLE estornos (
  id              uuid PRIMARY KEY,
  cobranca_id     uuid NOT NULL REFERENCES cobrancas,
  valor_centavos  bigint NOT NULL CHECK (valor_centavos > 0),
  motivo          text NOT NULL,
  estado          text NOT NULL CHECK (estado IN ('A_FAZER', 'EM_PROCESSAMENTO', 'CONCLUIDO')),
  provedor_id     text UNIQUE,
  chave_tentativa int NOT NULL DEFAULT 1,
  ultima_falha    text,
  tentativas      int NOT NULL DEFAULT 0,
  proxima_acao_em timestamptz DEFAULT now(),
  em_trabalho_ate timestamptz,
  criado_em       timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX estornos_a_fazer ON estornos (proxima_acao_em) WHERE proxima_acao_em IS NOT NULL;
CREATE INDEX estornos_cobranca ON estornos (cobranca_id);
