-- Who administers lists bookings by status, of everyone or of one space: newest first, without a look at the others.
CREATE INDEX reservas_status ON reservas (status, id DESC);
CREATE INDEX reservas_espaco_status ON reservas (espaco_id, status, id DESC);

-- What the service's retention forgets (infrastructure/expurgo.ts). The bookings' own streams are history and stay; the
-- commands of their sagas, the changes of spaces and the offers of the waitlist are only an outbox.
INSERT INTO fluxos_passageiros VALUES ('saga-reserva', 400, true), ('espaco', 400, true), ('fila', 400, false);
CREATE INDEX fila_passada ON fila (fim) WHERE situacao <> 'ESPERANDO' OR tentar_em IS NULL;
CREATE INDEX calendarios_revogados ON calendarios (revogado_em) WHERE revogado_em IS NOT NULL;
