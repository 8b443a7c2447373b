-- sem-transacao
-- Whoever looks for an address does not say by which channel.
CREATE INDEX CONCURRENTLY IF NOT EXISTS supressoes_por_endereco ON supressoes (lower(endereco)) WHERE retirada_em IS NULL;
