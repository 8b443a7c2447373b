-- Until when a means of payment with its own deadline (the QR code of a Pix) may last: NULL = until the charge expires.
ALTER TABLE cobrancas ADD prorrogavel_ate timestamptz;

-- The intents that a charge is not, or no longer, paid through are looked for with every look at it.
CREATE INDEX intentos_orfaos_cobranca ON intentos_orfaos (cobranca_id) WHERE cobranca_id IS NOT NULL;
