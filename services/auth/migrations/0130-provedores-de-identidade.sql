-- Whether the hash is of a password that somebody chose; else of none, and no password makes it.
ALTER TABLE usuarios ADD senha_propria boolean NOT NULL DEFAULT true;

-- Who somebody is elsewhere (OpenID Connect: issuer and subject), and so may log in by that issuer's word.
CREATE TABLE identidades_externas (
  emissor    text NOT NULL,
  sujeito    text NOT NULL CHECK (char_length(sujeito) BETWEEN 1 AND 255),
  usuario_id uuid NOT NULL REFERENCES usuarios ON DELETE CASCADE,
  -- As the configuration calls it.
  provedor   text NOT NULL,
  ligada_em  timestamptz NOT NULL DEFAULT now(),
  usada_em   timestamptz,
  CONSTRAINT identidades_externas_de_um_so PRIMARY KEY (emissor, sujeito),
  CONSTRAINT identidades_externas_uma_de_cada UNIQUE (usuario_id, provedor)
);

-- A log-in, or a link, that was begun. SHA-256 of what its browser holds, from which all else that it takes follows.
CREATE TABLE pedidos_de_entrada (
  hash       bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
  provedor   text NOT NULL,
  retorno    text NOT NULL CHECK (retorno IN ('WEB', 'APLICATIVO', 'ADMINISTRACAO')),
  -- Of a link: whose account, and by which session, which must be alive still.
  usuario_id uuid REFERENCES usuarios ON DELETE CASCADE,
  sessao_id  uuid REFERENCES sessoes ON DELETE CASCADE,
  criado_em  timestamptz NOT NULL DEFAULT now(),
  expira_em  timestamptz NOT NULL,
  CHECK ((usuario_id IS NULL) = (sessao_id IS NULL))
);
CREATE INDEX pedidos_de_entrada_expira_em ON pedidos_de_entrada (expira_em);
CREATE INDEX pedidos_de_entrada_usuario ON pedidos_de_entrada (usuario_id) WHERE usuario_id IS NOT NULL;
CREATE INDEX pedidos_de_entrada_sessao ON pedidos_de_entrada (sessao_id) WHERE sessao_id IS NOT NULL;

-- An identity whose e-mail is that of an account: nothing until somebody proves that the account is theirs.
CREATE TABLE ligacoes_pendentes (
  hash       bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
  usuario_id uuid NOT NULL REFERENCES usuarios ON DELETE CASCADE,
  provedor   text NOT NULL,
  emissor    text NOT NULL,
  sujeito    text NOT NULL CHECK (char_length(sujeito) BETWEEN 1 AND 255),
  -- What the provider says of it: the roles that its mapping speaks of and those that it gives, and a second factor.
  governados text[] NOT NULL,
  dados      text[] NOT NULL,
  segundo_fator boolean NOT NULL,
  criada_em  timestamptz NOT NULL DEFAULT now(),
  expira_em  timestamptz NOT NULL
);
CREATE INDEX ligacoes_pendentes_expira_em ON ligacoes_pendentes (expira_em);
CREATE INDEX ligacoes_pendentes_usuario ON ligacoes_pendentes (usuario_id);

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'auth_app') THEN
    REVOKE UPDATE ON identidades_externas, pedidos_de_entrada, ligacoes_pendentes FROM auth_app;
    GRANT UPDATE (usada_em) ON identidades_externas TO auth_app;
    GRANT UPDATE (senha_propria) ON usuarios TO auth_app;
    -- FOR UPDATE SKIP LOCKED needs the right to some column.
    GRANT UPDATE (criado_em) ON pedidos_de_entrada TO auth_app;
    GRANT UPDATE (criada_em) ON ligacoes_pendentes TO auth_app;
  END IF;
END $$;
