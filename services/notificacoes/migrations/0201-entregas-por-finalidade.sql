-- sem-transacao
-- What a revocation stops.
CREATE INDEX CONCURRENTLY IF NOT EXISTS entregas_por_finalidade ON entregas (usuario_id, finalidade) WHERE finalidade IS NOT NULL AND estado IN ('AGUARDANDO_CONTATO', 'PENDENTE');
