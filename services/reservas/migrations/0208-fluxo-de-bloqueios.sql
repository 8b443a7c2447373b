-- A blackout's stream is only told by: nobody reads it again.
INSERT INTO fluxos_passageiros VALUES ('bloqueio', 400, false);
