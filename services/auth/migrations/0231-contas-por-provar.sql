-- sem-transacao
CREATE INDEX CONCURRENTLY IF NOT EXISTS usuarios_por_provar ON usuarios (criado_em) WHERE email_verificado_em IS NULL;
