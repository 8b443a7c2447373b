-- The rest of a booking's life: approval, deposit and balance, moves, check-in, end, series. cobranca_id is under which
-- id it is charged: its own, or its series' when that is paid at once.
CREATE TABLE series (
  id             uuid PRIMARY KEY,
  cliente_id     uuid NOT NULL,
  espaco_id      uuid NOT NULL REFERENCES espacos,
  regra          text NOT NULL,
  inicio         timestamptz NOT NULL,
  fim            timestamptz NOT NULL CHECK (fim > inicio),
  fuso           text NOT NULL,
  cobranca       text NOT NULL CHECK (cobranca IN ('SERIE', 'OCORRENCIA')),
  criada_em      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX series_cliente ON series (cliente_id, id DESC);

ALTER TABLE reservas
  DROP CONSTRAINT reservas_status_check,
  DROP CONSTRAINT reservas_check1,
  DROP CONSTRAINT reservas_check2,
  ADD CONSTRAINT reservas_status CHECK (status IN
    ('PENDENTE_APROVACAO', 'PENDENTE_PAGAMENTO', 'CONFIRMADA', 'CONCLUIDA', 'NAO_COMPARECEU', 'CANCELADA')),
  ADD CONSTRAINT reservas_reembolso CHECK (reembolso_centavos >= 0),
  ADD CONSTRAINT reservas_motivo CHECK ((status = 'CANCELADA') = (motivo IS NOT NULL)),
  ADD serie_id          uuid REFERENCES series,
  ADD cobranca_id       uuid,
  ADD pago_centavos     bigint NOT NULL DEFAULT 0 CHECK (pago_centavos >= 0),
  ADD saldo             jsonb,
  ADD remarcacao        jsonb,
  ADD justificativa     text,
  ADD espaco_versao     int,
  ADD preco             jsonb,
  ADD cupom             text,
  ADD checkin           jsonb,
  ADD iniciada          boolean NOT NULL DEFAULT false,
  ADD presenca_vence_em timestamptz;
UPDATE reservas SET cobranca_id = id, presenca_vence_em = CASE status WHEN 'CONFIRMADA' THEN fim END,
  pago_centavos = CASE WHEN status = 'CONFIRMADA' THEN valor_centavos ELSE 0 END;
ALTER TABLE reservas ALTER cobranca_id SET NOT NULL;
CREATE INDEX reservas_cobranca ON reservas (cobranca_id);
CREATE INDEX reservas_serie ON reservas (serie_id, inicio) WHERE serie_id IS NOT NULL;
CREATE INDEX reservas_presenca ON reservas (presenca_vence_em) WHERE presenca_vence_em IS NOT NULL;
CREATE UNIQUE INDEX reservas_checkin ON reservas ((checkin ->> 'codigo'))
  WHERE status = 'CONFIRMADA' AND checkin IS NOT NULL;

-- Sagas that were under way, in the shape that knows several charges.
UPDATE sagas s SET estado = s.estado - 'reservaId' - 'pagamentoId' || jsonb_build_object(
    'compra', jsonb_build_object('cobrancaId', r.id, 'clienteId', r.cliente_id, 'descricao', 'Reserva de ' || e.nome,
      'valorCentavos', r.valor_centavos, 'saldo', NULL, 'limiteRetencao', r.expira_em),
    'parcela', 1,
    'pagas', CASE WHEN s.estado ->> 'passo' = 'CONFIRMADA' AND s.estado ->> 'pagamentoId' IS NOT NULL
      THEN jsonb_build_array(jsonb_build_object('parcela', 1, 'pagamentoId', s.estado -> 'pagamentoId', 'valorCentavos', r.valor_centavos))
      ELSE '[]'::jsonb END,
    'tratados', CASE WHEN s.estado ->> 'pagamentoId' IS NULL THEN '[]'::jsonb ELSE jsonb_build_array(s.estado -> 'pagamentoId') END,
    'adiantados', '[]'::jsonb,
    'estornosPendentes', CASE WHEN s.estado ->> 'passo' = 'ESTORNANDO' THEN 1 ELSE 0 END,
    'complemento', NULL)
  FROM reservas r JOIN espacos e ON e.id = r.espaco_id
 WHERE s.nome = 'reserva' AND s.chave = r.id;
