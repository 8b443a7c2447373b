-- What the service's retention forgets (infrastructure/expurgo.ts), by indexes of their own. Events are an outbox here: the
-- charges and the ledger are the history. The last of each stream stays, by which the next is numbered.
INSERT INTO fluxos_passageiros VALUES ('pagamento', 550, true);
-- The body of a webhook has the payer's name and e-mail; the row alone says what came, and when.
CREATE INDEX webhooks_com_corpo ON webhooks ((coalesce(processado_em, descartado_em, recebido_em)))
  WHERE corpo <> '{}' AND estado IN ('PROCESSADO', 'IGNORADO', 'INESPERADO', 'DESCARTADO');
CREATE INDEX webhooks_encerrados ON webhooks (recebido_em) WHERE estado IN ('PROCESSADO', 'IGNORADO', 'DESCARTADO');
CREATE INDEX fatos_da_reserva_ocorrido_em ON fatos_da_reserva (ocorrido_em);
CREATE INDEX cancelamentos_antecipados_pedido_em ON cancelamentos_antecipados (pedido_em);
CREATE INDEX divergencias_reparadas ON divergencias (reparada_em) WHERE situacao = 'REPARADA';
CREATE INDEX reconciliacoes_feitas ON reconciliacoes (concluida_em) WHERE concluida_em IS NOT NULL;

-- Disputes by what became of them.
CREATE INDEX disputas_situacao ON disputas (situacao, id DESC);
