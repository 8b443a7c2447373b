-- sem-transacao
-- What people tell each other of a booking: the last eight digits of its id.
CREATE INDEX CONCURRENTLY IF NOT EXISTS reservas_referencia ON reservas (right(id::text, 8));
