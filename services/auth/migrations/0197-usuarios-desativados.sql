-- sem-transacao
CREATE INDEX CONCURRENTLY IF NOT EXISTS usuarios_desativados ON usuarios (id DESC) WHERE desativado_em IS NOT NULL;
