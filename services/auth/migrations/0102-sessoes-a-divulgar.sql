-- sem-transacao
CREATE INDEX CONCURRENTLY IF NOT EXISTS sessoes_encerradas ON sessoes (encerrada_em) WHERE encerrada_em IS NOT NULL;
