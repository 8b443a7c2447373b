-- sem-transacao
CREATE INDEX CONCURRENTLY IF NOT EXISTS cartas_sem_historico ON cartas_de_conta (criada_em) WHERE historico_em IS NULL AND estado <> 'PENDENTE';
