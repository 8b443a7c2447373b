-- A booking may be charged several times (deposit, balance, price difference): one charge per (booking, parcela).
ALTER TABLE cobrancas
  DROP CONSTRAINT cobrancas_reserva_id_key,
  DROP COLUMN ultima_recusa_ref,
  ADD COLUMN parcela int NOT NULL DEFAULT 1 CHECK (parcela >= 1),
  ADD COLUMN finalidade text NOT NULL DEFAULT 'INTEGRAL'
    CHECK (finalidade IN ('INTEGRAL', 'SINAL', 'SALDO', 'DIFERENCA')),
  -- Known once it was paid.
  ADD COLUMN metodo text CHECK (metodo IN ('CARTAO', 'PIX')),
  -- The provider tells its fee some time after the capture.
  ADD COLUMN taxa_lancada boolean NOT NULL DEFAULT false,
  ADD COLUMN ultima_falha text,
  -- Its refunds and disputes are to be compared with the provider: asked for, by whom, does not matter; the count tells
  -- whether it was asked for again while the comparison ran.
  ADD COLUMN conferir_em timestamptz,
  ADD COLUMN conferencias_pedidas int NOT NULL DEFAULT 0,
  ADD COLUMN em_conferencia_ate timestamptz,
  ADD CONSTRAINT cobrancas_reserva_parcela UNIQUE (reserva_id, parcela);
CREATE INDEX cobrancas_a_conferir ON cobrancas (conferir_em) WHERE conferir_em IS NOT NULL;
-- The fee of what was captured before fees were kept.
UPDATE cobrancas SET proxima_acao_em = now() WHERE estado = 'APROVADA';

-- What became of each attempt to pay; told to others once, whoever reports it and however often.
CREATE TABLE tentativas_de_pagamento (
  cobranca_id uuid NOT NULL REFERENCES cobrancas,
  ref         text NOT NULL,
  situacao    text NOT NULL CHECK (situacao IN ('EM_PROCESSAMENTO', 'RECUSADA', 'APROVADA')),
  motivo      text,
  expira_em   timestamptz,
  vista_em    timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (cobranca_id, ref)
);

-- Cancellations that overtook the charge they are about.
CREATE TABLE cancelamentos_antecipados (
  reserva_id uuid NOT NULL,
  parcela    int NOT NULL,
  pedido_em  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (reserva_id, parcela)
);

-- Intents that the provider has beside the one of their charge (or without a charge): cancelled, or given back.
CREATE TABLE intentos_orfaos (
  provedor_id     text PRIMARY KEY,
  reserva_id      uuid NOT NULL,
  parcela         int NOT NULL,
  cobranca_id     uuid REFERENCES cobrancas,
  desfecho        text CHECK (desfecho IN ('CANCELADO', 'DEVOLVIDO')),
  tentativas      int NOT NULL DEFAULT 0,
  proxima_acao_em timestamptz DEFAULT now(),
  em_trabalho_ate timestamptz,
  visto_em        timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX intentos_orfaos_a_tratar ON intentos_orfaos (proxima_acao_em) WHERE proxima_acao_em IS NOT NULL;
