-- sem-transacao
-- What a provider tells of one delivery is of all that went in its letter.
CREATE INDEX CONCURRENTLY IF NOT EXISTS entregas_da_carta_enviada ON entregas (carta, enviada_em) WHERE enviada_em IS NOT NULL;
