-- sem-transacao
CREATE INDEX CONCURRENTLY IF NOT EXISTS bloqueios_calendario ON bloqueios (calendario_id, fim) WHERE calendario_id IS NOT NULL;
