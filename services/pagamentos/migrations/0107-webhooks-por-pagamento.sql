ALTER TABLE webhooks
  -- The provider's payment that it is about, where it says so.
  ADD COLUMN intento_id text,
  -- RECONCILIACAO: it never came by itself and was fetched.
  ADD COLUMN origem text NOT NULL DEFAULT 'PROVEDOR' CHECK (origem IN ('PROVEDOR', 'RECONCILIACAO'));
CREATE INDEX webhooks_intento ON webhooks (intento_id) WHERE intento_id IS NOT NULL;
