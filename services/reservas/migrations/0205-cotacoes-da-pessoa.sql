-- sem-transacao
-- What a person was quoted, for whoever exports it.
CREATE INDEX CONCURRENTLY IF NOT EXISTS cotacoes_da_pessoa ON cotacoes (cliente_id);
