-- What a booking is and what is paid of it are told by different events: each has the sequence of the last that spoke of it.
ALTER TABLE reservas_vistas ADD situacao_sequencia int NOT NULL DEFAULT 0;
UPDATE reservas_vistas SET situacao_sequencia = sequencia;
