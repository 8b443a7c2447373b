-- sem-transacao
-- The occurrences of a series, whose guests are said at once.
CREATE INDEX CONCURRENTLY IF NOT EXISTS reservas_conhecidas_serie ON reservas_conhecidas ((dados ->> 'serieId')) WHERE dados ->> 'serieId' IS NOT NULL;
