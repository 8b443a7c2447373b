-- What banks did with the money of a booking whose payer disputed it: given to the payer (no longer in pago_centavos),
-- held while they decide, and what cannot be given back now (what is held included).
ALTER TABLE reservas
  ADD perdido_centavos          bigint NOT NULL DEFAULT 0 CHECK (perdido_centavos >= 0),
  ADD retido_centavos           bigint NOT NULL DEFAULT 0 CHECK (retido_centavos >= 0),
  ADD indisponivel_centavos     bigint NOT NULL DEFAULT 0 CHECK (indisponivel_centavos >= retido_centavos),
  -- Of a cancelled booking: what its refund would have been more, had a bank not kept it from us.
  ADD reembolso_retido_centavos bigint NOT NULL DEFAULT 0 CHECK (reembolso_retido_centavos >= 0);
