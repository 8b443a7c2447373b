-- sem-transacao
-- What a person was told, for whoever erases or exports it.
CREATE INDEX CONCURRENTLY IF NOT EXISTS entregas_da_pessoa ON entregas (usuario_id);
