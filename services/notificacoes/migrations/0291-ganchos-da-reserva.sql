-- sem-transacao
-- What was sent out about a booking, for its line.
CREATE INDEX CONCURRENTLY IF NOT EXISTS eventos_de_gancho_da_reserva ON eventos_de_gancho ((corpo::jsonb #>> '{data,reservaId}'));
