-- INESPERADO: signed, and no event that we understand. DESCARTADO: somebody looked at it and dropped it.
ALTER TABLE webhooks
  DROP CONSTRAINT webhooks_estado_check,
  ADD CONSTRAINT webhooks_estado_check
    CHECK (estado IN ('PENDENTE', 'ESTACIONADO', 'PROCESSADO', 'IGNORADO', 'INESPERADO', 'DESCARTADO')),
  -- Why it had no effect.
  ADD explicacao      text,
  ADD versao_api      text,
  ADD descartado_por  uuid,
  ADD descarte_motivo text,
  ADD descartado_em   timestamptz;
CREATE INDEX webhooks_parados ON webhooks (recebido_em DESC, evento_id DESC)
  WHERE estado IN ('ESTACIONADO', 'INESPERADO', 'DESCARTADO');
