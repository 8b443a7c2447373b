-- Who asked for their data, and how far it is. The pieces are closed for a key that only this row has, sealed: without it
-- they, and whatever is left of them elsewhere, are noise.
CREATE TABLE pedidos_de_exportacao (
  id            uuid PRIMARY KEY,
  usuario_id    uuid NOT NULL REFERENCES usuarios ON DELETE CASCADE,
  estado        text NOT NULL DEFAULT 'REUNINDO' CHECK (estado IN ('REUNINDO', 'PRONTA', 'EXPIRADA')),
  pedido_em     timestamptz NOT NULL DEFAULT now(),
  -- Until when it should be ready; operators look at what is late.
  prazo         timestamptz NOT NULL DEFAULT now() + interval '1 day',
  pronta_em     timestamptz,
  expira_em     timestamptz,
  chave_publica text NOT NULL,
  chave_privada bytea,
  -- SHA-256 of what the letter's link brings.
  codigo_hash   bytea UNIQUE CHECK (octet_length(codigo_hash) = 32),
  baixada_vezes int NOT NULL DEFAULT 0,
  disponivel_em timestamptz DEFAULT now(),
  posse_ate     timestamptz,
  tentativas    int NOT NULL DEFAULT 0,
  CHECK ((estado = 'EXPIRADA') = (chave_privada IS NULL)),
  CHECK ((estado = 'PRONTA') = (codigo_hash IS NOT NULL))
);
CREATE UNIQUE INDEX pedidos_de_exportacao_um_aberto ON pedidos_de_exportacao (usuario_id) WHERE estado = 'REUNINDO';
CREATE INDEX pedidos_de_exportacao_usuario ON pedidos_de_exportacao (usuario_id, pedido_em);
CREATE INDEX pedidos_de_exportacao_a_fazer ON pedidos_de_exportacao (disponivel_em) WHERE estado = 'REUNINDO';
CREATE INDEX pedidos_de_exportacao_a_expirar ON pedidos_de_exportacao (expira_em) WHERE estado = 'PRONTA';

-- What each service was asked; `fim` is what it said last, with how many pieces there are.
CREATE TABLE partes_de_exportacao (
  pedido_id uuid NOT NULL REFERENCES pedidos_de_exportacao ON DELETE CASCADE,
  servico   text NOT NULL,
  tentativa int NOT NULL DEFAULT 1,
  fim       jsonb,
  PRIMARY KEY (pedido_id, servico)
);
CREATE TABLE pedacos_de_exportacao (
  pedido_id uuid NOT NULL,
  servico   text NOT NULL,
  ordem     int NOT NULL CHECK (ordem > 0),
  arquivo   text NOT NULL,
  chave     text NOT NULL,
  conteudo  bytea NOT NULL,
  PRIMARY KEY (pedido_id, servico, ordem),
  FOREIGN KEY (pedido_id, servico) REFERENCES partes_de_exportacao ON DELETE CASCADE
);
-- Noise, which does not compress.
ALTER TABLE pedacos_de_exportacao ALTER conteudo SET STORAGE EXTERNAL;

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'auth_app') THEN
    REVOKE UPDATE ON pedidos_de_exportacao, partes_de_exportacao, pedacos_de_exportacao FROM auth_app;
    GRANT UPDATE (estado, pronta_em, expira_em, chave_privada, codigo_hash, baixada_vezes, disponivel_em, posse_ate, tentativas)
      ON pedidos_de_exportacao TO auth_app;
    GRANT UPDATE (tentativa, fim) ON partes_de_exportacao TO auth_app;
  END IF;
END $$;
