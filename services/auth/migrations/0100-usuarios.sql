CREATE TABLE usuarios (
  id         uuid PRIMARY KEY,
  nome       text NOT NULL CHECK (char_length(nome) BETWEEN 1 AND 120),
  -- Always in its normal form (lower case), so that "unique" means the same to the index and to people.
  email      text NOT NULL CONSTRAINT usuarios_email_unico UNIQUE CHECK (email = lower(email)),
  senha_hash text NOT NULL CHECK (senha_hash LIKE '$argon2id$%'),
  papeis     text[] NOT NULL CHECK (papeis <@ ARRAY['CLIENTE', 'ADMIN', 'OPERADOR'] AND cardinality(papeis) > 0),
  idioma     text NOT NULL CHECK (idioma IN ('pt-BR', 'en')),
  criado_em  timestamptz NOT NULL DEFAULT now()
);

-- A login and the family of refresh tokens that descend from it.
CREATE TABLE sessoes (
  id           uuid PRIMARY KEY,
  usuario_id   uuid NOT NULL REFERENCES usuarios,
  criada_em    timestamptz NOT NULL DEFAULT now(),
  -- Absolute: no renewal moves it.
  expira_em    timestamptz NOT NULL,
  encerrada_em timestamptz,
  motivo       text CHECK (motivo IN ('SAIDA', 'REUSO')),
  CHECK ((encerrada_em IS NULL) = (motivo IS NULL))
);
CREATE INDEX sessoes_expira_em ON sessoes (expira_em);
CREATE INDEX sessoes_usuario ON sessoes (usuario_id);

-- SHA-256 of each token, never the token. A family has at most one token that was not used: the live end of the chain.
CREATE TABLE tokens_renovacao (
  hash       bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
  sessao_id  uuid NOT NULL REFERENCES sessoes ON DELETE CASCADE,
  emitido_em timestamptz NOT NULL DEFAULT now(),
  usado_em   timestamptz,
  repetido   boolean NOT NULL DEFAULT false,
  sucessor   bytea,
  CHECK ((usado_em IS NULL) = (sucessor IS NULL))
);
CREATE UNIQUE INDEX tokens_renovacao_um_vivo ON tokens_renovacao (sessao_id) WHERE usado_em IS NULL;
CREATE INDEX tokens_renovacao_sessao ON tokens_renovacao (sessao_id);

-- Signing keys. The private half is encrypted under AUTH_CHAVE_MESTRA, which the database never sees.
CREATE TABLE chaves_assinatura (
  kid           text PRIMARY KEY,
  publica       jsonb NOT NULL,
  privada       bytea NOT NULL,
  criada_em     timestamptz NOT NULL DEFAULT now(),
  -- From here on it signs; published from its creation on, so that verifiers know it in time.
  assina_desde  timestamptz NOT NULL
);

-- Least privilege: the application neither changes nor removes people, nor rewrites what a session or key is.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'auth_app') THEN
    REVOKE UPDATE, DELETE ON usuarios FROM auth_app;
    REVOKE UPDATE ON sessoes, tokens_renovacao, chaves_assinatura FROM auth_app;
    GRANT UPDATE (encerrada_em, motivo) ON sessoes TO auth_app;
    GRANT UPDATE (usado_em, repetido, sucessor) ON tokens_renovacao TO auth_app;
  END IF;
END $$;
