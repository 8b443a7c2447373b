-- sem-transacao
CREATE INDEX CONCURRENTLY IF NOT EXISTS entregas_sem_historico ON entregas (criada_em) WHERE historico_em IS NULL AND estado IN ('ENVIADA', 'FALHOU', 'SUPERADA');
