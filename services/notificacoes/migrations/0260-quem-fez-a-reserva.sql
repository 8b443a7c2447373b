-- Who made a booking for somebody else, and is told of it too.
ALTER TABLE reservas_conhecidas ADD feita_por uuid;
