-- The authenticator application of a person (RFC 6238), at most one; it counts once a code of it was shown.
CREATE TABLE totp (
  usuario_id    uuid PRIMARY KEY REFERENCES usuarios ON DELETE CASCADE,
  -- Sealed under AUTH_CHAVE_MESTRA, which the database never sees.
  segredo       bytea NOT NULL,
  criado_em     timestamptz NOT NULL DEFAULT now(),
  confirmado_em timestamptz,
  -- Of the last code that was used: it and all before it are good for nothing.
  ultimo_passo  bigint NOT NULL DEFAULT 0
);

-- HMAC of each code, under a key that the database does not see.
CREATE TABLE codigos_de_recuperacao (
  hash       bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
  usuario_id uuid NOT NULL REFERENCES usuarios ON DELETE CASCADE
);
CREATE INDEX codigos_de_recuperacao_usuario ON codigos_de_recuperacao (usuario_id);

-- Passkeys (WebAuthn). The id is the authenticator's, base64url.
CREATE TABLE chaves_de_acesso (
  id           text PRIMARY KEY CHECK (char_length(id) <= 1366),
  usuario_id   uuid NOT NULL REFERENCES usuarios ON DELETE CASCADE,
  nome         text NOT NULL CHECK (char_length(nome) BETWEEN 1 AND 60),
  publica      bytea NOT NULL,
  contador     bigint NOT NULL,
  transportes  text[] NOT NULL,
  sincronizada boolean NOT NULL,
  criada_em    timestamptz NOT NULL DEFAULT now(),
  usada_em     timestamptz
);
CREATE INDEX chaves_de_acesso_usuario ON chaves_de_acesso (usuario_id);

-- What is to be answered by a factor: SHA-256 of it. Once, soon, after few wrong answers, and from the network that asked.
CREATE TABLE desafios (
  hash       bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
  uso        text NOT NULL CHECK (uso IN ('FATOR', 'ENTRADA', 'REGISTRO', 'ELEVACAO')),
  -- Of ENTRADA nobody knows yet.
  usuario_id uuid REFERENCES usuarios ON DELETE CASCADE CHECK ((usuario_id IS NULL) = (uso = 'ENTRADA')),
  rede       text NOT NULL CHECK (char_length(rede) <= 60),
  -- FATOR: that of the password which was right; changed meanwhile, it opens nothing.
  senha_hash text,
  tentativas int NOT NULL DEFAULT 0,
  expira_em  timestamptz NOT NULL
);
CREATE INDEX desafios_expira_em ON desafios (expira_em);
CREATE INDEX desafios_usuario ON desafios (usuario_id);

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'auth_app') THEN
    REVOKE UPDATE ON totp, codigos_de_recuperacao, chaves_de_acesso, desafios FROM auth_app;
    GRANT UPDATE (segredo, criado_em, confirmado_em, ultimo_passo) ON totp TO auth_app;
    GRANT UPDATE (nome, contador, usada_em) ON chaves_de_acesso TO auth_app;
    GRANT UPDATE (tentativas) ON desafios TO auth_app;
  END IF;
END $$;
