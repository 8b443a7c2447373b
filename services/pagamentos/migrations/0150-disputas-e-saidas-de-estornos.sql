-- What the bank has by each dispute, and whether the provider still refunds the payment: read again, and told to others.
ALTER TABLE disputas
  ADD retido_centavos bigint NOT NULL DEFAULT 0 CHECK (retido_centavos >= 0),
  ADD estornavel      boolean NOT NULL DEFAULT false,
  ADD consulta        boolean NOT NULL DEFAULT false;
UPDATE disputas SET retido_centavos = CASE situacao WHEN 'GANHA' THEN 0 ELSE valor_centavos END, estornavel = situacao = 'GANHA';
UPDATE cobrancas SET conferir_em = now(), conferencias_pedidas = conferencias_pedidas + 1
 WHERE id IN (SELECT cobranca_id FROM disputas);
-- Nobody heard of them before: they are published again, for the queue that takes them now.
UPDATE eventos SET publicado_em = NULL WHERE tipo = 'pagamento.disputado.v1';

-- PARADO: the provider does not make it, and somebody has to decide. BAIXADO: it was decided not to make it.
ALTER TABLE estornos
  DROP CONSTRAINT estornos_estado_check,
  ADD CONSTRAINT estornos_estado_check
    CHECK (estado IN ('A_FAZER', 'EM_PROCESSAMENTO', 'CONCLUIDO', 'FALHOU', 'PARADO', 'BAIXADO')),
  -- How often the provider refused it or failed to make it; a call without an answer does not count.
  ADD recusas        int NOT NULL DEFAULT 0,
  -- Paid by other means than the provider.
  ADD por_fora       boolean NOT NULL DEFAULT false,
  -- The provider does not make it unless a dispute ends in our favour.
  ADD espera_disputa boolean NOT NULL DEFAULT false,
  -- Since when it is owed: a retry does not change it.
  ADD devido_em      timestamptz NOT NULL DEFAULT now();
UPDATE estornos SET devido_em = criado_em;
CREATE INDEX estornos_em_aberto ON estornos (criado_em) WHERE estado IN ('A_FAZER', 'EM_PROCESSAMENTO', 'PARADO');

ALTER TABLE lancamentos
  DROP CONSTRAINT lancamentos_conta_check,
  ADD CONSTRAINT lancamentos_conta_check
    CHECK (conta IN ('CLIENTE', 'RECEBIVEL', 'ESTORNOS', 'TAXAS', 'DISPUTAS', 'CAIXA'));

-- Who decided what becomes of a refund that the provider does not make, when and why.
CREATE TABLE decisoes_de_estornos (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  estorno_id     uuid NOT NULL REFERENCES estornos,
  acao           text NOT NULL CHECK (acao IN ('TENTAR_DE_NOVO', 'PAGO_POR_FORA', 'BAIXAR')),
  autor_id       uuid NOT NULL,
  valor_centavos bigint NOT NULL,
  motivo         text NOT NULL,
  correlacao     text NOT NULL,
  em             timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER decisoes_de_estornos_imutavel BEFORE UPDATE OR DELETE ON decisoes_de_estornos
  FOR EACH ROW EXECUTE FUNCTION auditoria_imutavel();
CREATE TRIGGER decisoes_de_estornos_sem_truncate BEFORE TRUNCATE ON decisoes_de_estornos
  FOR EACH STATEMENT EXECUTE FUNCTION auditoria_imutavel();
