-- Bookings whose time is over and that cannot be ended yet (a charge of theirs is being settled, or their end fails):
-- looked at again later and later, so that they do not stand before those that can.
CREATE TABLE presencas_adiadas (
  reserva_id uuid PRIMARY KEY,
  falhas     int NOT NULL,
  motivo     text NOT NULL,
  tentar_em  timestamptz NOT NULL
);
