-- sem-transacao
-- As the list is ordered: to the millisecond, which is what its cursor tells.
CREATE INDEX CONCURRENTLY IF NOT EXISTS supressoes_em_ordem
  ON supressoes (date_trunc('milliseconds', desde AT TIME ZONE 'UTC') DESC, id DESC) WHERE retirada_em IS NULL;
