-- sem-transacao
-- Whoever looks for the few of a role does not read everybody else.
CREATE INDEX CONCURRENTLY IF NOT EXISTS usuarios_papeis ON usuarios USING gin (papeis);
