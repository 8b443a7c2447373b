-- sem-transacao
-- Each channel looks for what is due in it: a dead provider's waiting letters stand in nobody else's way.
CREATE INDEX CONCURRENTLY IF NOT EXISTS entregas_a_enviar_por_canal ON entregas (canal, disponivel_em) WHERE estado = 'PENDENTE';
