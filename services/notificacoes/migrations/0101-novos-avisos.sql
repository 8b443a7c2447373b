-- What else people are told of: approval, change of time, absence, and a place in the waitlist that came up.
ALTER TABLE entregas
  DROP CONSTRAINT entregas_tipo_check,
  ADD CONSTRAINT entregas_tipo_check CHECK (tipo IN (
    'RESERVA_APROVADA', 'RESERVA_CONFIRMADA', 'RESERVA_REMARCADA', 'RESERVA_CANCELADA', 'RESERVA_NAO_COMPARECEU',
    'FILA_ATENDIDA'
  ));
