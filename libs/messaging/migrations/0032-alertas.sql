-- What was told to those who run the platform: the event itself remembers that it was, for the day.
INSERT INTO fluxos_passageiros VALUES ('alerta', 30, false);
