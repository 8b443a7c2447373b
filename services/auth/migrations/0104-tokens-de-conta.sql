-- What a letter gives into its reader's hands: used once, and soon or never. SHA-256 of it, never itself.
CREATE TABLE tokens_de_conta (
  hash       bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
  usuario_id uuid NOT NULL REFERENCES usuarios ON DELETE CASCADE,
  uso        text NOT NULL CHECK (uso IN ('VERIFICACAO', 'SENHA', 'EMAIL')),
  -- EMAIL: the address that it proves. VERIFICACAO: what whoever registered wrote, to be theirs once they prove it.
  email      text CHECK (email = lower(email)),
  nome       text,
  senha_hash text CHECK (senha_hash LIKE '$argon2id$%'),
  criado_em  timestamptz NOT NULL DEFAULT now(),
  expira_em  timestamptz NOT NULL,
  usado_em   timestamptz
);
CREATE INDEX tokens_de_conta_usuario ON tokens_de_conta (usuario_id);
CREATE INDEX tokens_de_conta_expira_em ON tokens_de_conta (expira_em);

-- Who asked for a letter; whether there is somebody to write to is looked at later, so that nothing in the answer tells.
CREATE TABLE pedidos_de_carta (
  posicao   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  uso       text NOT NULL CHECK (uso IN ('VERIFICACAO', 'SENHA')),
  email     text NOT NULL,
  pedido_em timestamptz NOT NULL DEFAULT now()
);

-- From where a person has logged in; what is new there is told to them.
CREATE TABLE aparelhos (
  usuario_id uuid NOT NULL REFERENCES usuarios ON DELETE CASCADE,
  aparelho   text NOT NULL CHECK (char_length(aparelho) <= 120),
  rede       text NOT NULL CHECK (char_length(rede) <= 60),
  visto_em   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (usuario_id, aparelho, rede)
);
CREATE INDEX aparelhos_visto_em ON aparelhos (visto_em);

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'auth_app') THEN
    REVOKE UPDATE ON tokens_de_conta, pedidos_de_carta, aparelhos FROM auth_app;
    GRANT UPDATE (usado_em) ON tokens_de_conta TO auth_app;
    -- FOR UPDATE SKIP LOCKED needs the right to some column.
    GRANT UPDATE (pedido_em) ON pedidos_de_carta TO auth_app;
    GRANT UPDATE (visto_em) ON aparelhos TO auth_app;
    GRANT UPDATE (nome) ON usuarios TO auth_app;
  END IF;
END $$;
