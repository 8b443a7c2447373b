-- A key of an integration: a session of its owner's without a way to renew it, so that whatever ends sessions ends it too.
CREATE TABLE chaves_de_api (
  id                 uuid PRIMARY KEY REFERENCES sessoes ON DELETE CASCADE,
  nome               text NOT NULL CHECK (char_length(nome) BETWEEN 1 AND 60),
  escopos            text[] NOT NULL CHECK (cardinality(escopos) BETWEEN 1 AND 100),
  pedidos_por_minuto integer NOT NULL CHECK (pedidos_por_minuto BETWEEN 1 AND 6000),
  usada_em           timestamptz
);

-- What its holder has; SHA-256 of it, never itself. While one takes the place of another, both are good.
CREATE TABLE segredos_de_chave (
  hash      bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
  chave_id  uuid NOT NULL REFERENCES chaves_de_api ON DELETE CASCADE,
  prefixo   text NOT NULL CHECK (char_length(prefixo) = 8),
  criado_em timestamptz NOT NULL DEFAULT now(),
  vale_ate  timestamptz
);
CREATE INDEX segredos_de_chave_chave_id ON segredos_de_chave (chave_id);

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'auth_app') THEN
    REVOKE UPDATE ON chaves_de_api, segredos_de_chave FROM auth_app;
    GRANT UPDATE (usada_em) ON chaves_de_api TO auth_app;
    GRANT UPDATE (vale_ate) ON segredos_de_chave TO auth_app;
  END IF;
END $$;
