-- What claims lacked: how often each was tried, and a lease for the continuous comparisons.
ALTER TABLE cobrancas ADD conferencias_falhas int NOT NULL DEFAULT 0;
ALTER TABLE reconciliacoes ADD tentativas int NOT NULL DEFAULT 0;
ALTER TABLE reconciliacao_continua
  ADD em_trabalho_ate timestamptz,
  ADD falhas int NOT NULL DEFAULT 0,
  ADD local_em_trabalho_ate timestamptz,
  ADD falhas_locais int NOT NULL DEFAULT 0;

-- What fails for long, or was given up, is counted with every look.
CREATE INDEX cobrancas_que_falham ON cobrancas (id) WHERE proxima_acao_em IS NOT NULL AND tentativas >= 10;
CREATE INDEX conferencias_que_falham ON cobrancas (id) WHERE conferir_em IS NOT NULL AND conferencias_falhas >= 10;
CREATE INDEX estornos_parados ON estornos (id) WHERE estado = 'PARADO';
CREATE INDEX intentos_orfaos_que_falham ON intentos_orfaos (provedor_id) WHERE proxima_acao_em IS NOT NULL AND tentativas >= 10;
CREATE INDEX webhooks_que_esperam_alguem ON webhooks (evento_id) WHERE estado = 'INESPERADO' OR (estado = 'ESTACIONADO' AND tentativas >= 10);
