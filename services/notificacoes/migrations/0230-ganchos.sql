-- Outgoing webhooks. Each is a work of its own: whoever has it (`posse_ate`) delivers what it is due, a bounded number at a
-- time, so that one that is slow keeps no other waiting.
CREATE TABLE ganchos (
  id              uuid PRIMARY KEY,
  url             text NOT NULL,
  descricao       text NOT NULL,
  tipos           text[] NOT NULL CHECK (cardinality(tipos) > 0),
  situacao        text NOT NULL DEFAULT 'ATIVO' CHECK (situacao IN ('ATIVO', 'PAUSADO', 'DESATIVADO')),
  versao          int NOT NULL DEFAULT 1,
  criado_em       timestamptz NOT NULL DEFAULT now(),
  removido_em     timestamptz,
  -- Since when nothing is accepted, and since when that is said of it.
  falhando_desde  timestamptz,
  avisado_em      timestamptz,
  ultimo_exito_em timestamptz,
  proxima_em      timestamptz,
  posse_ate       timestamptz,
  tentativas      int NOT NULL DEFAULT 0,
  CHECK (avisado_em IS NULL OR falhando_desde IS NOT NULL)
);
CREATE INDEX ganchos_removido_em ON ganchos (removido_em) WHERE removido_em IS NOT NULL;

-- What it signs with, sealed with GANCHOS_CHAVE under its own id; for a while after a rotation there are two.
CREATE TABLE segredos_de_gancho (
  id        uuid PRIMARY KEY,
  gancho_id uuid NOT NULL REFERENCES ganchos ON DELETE CASCADE,
  selado    bytea NOT NULL,
  criado_em timestamptz NOT NULL DEFAULT now(),
  vale_ate  timestamptz
);
CREATE INDEX segredos_de_gancho_gancho ON segredos_de_gancho (gancho_id);

-- What happened, once, as it is sent to whoever asked for it: the very text that is signed.
CREATE TABLE eventos_de_gancho (
  id          uuid PRIMARY KEY,
  tipo        text NOT NULL,
  corpo       text NOT NULL,
  recebido_em timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX eventos_de_gancho_recebido_em ON eventos_de_gancho (recebido_em);

CREATE TABLE entregas_de_gancho (
  id           uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  gancho_id    uuid NOT NULL REFERENCES ganchos ON DELETE CASCADE,
  evento_id    uuid NOT NULL REFERENCES eventos_de_gancho ON DELETE CASCADE,
  estado       text NOT NULL CHECK (estado IN ('PENDENTE', 'ENTREGUE', 'FALHOU', 'RETIDA')),
  -- All there were, and those since it was last asked for.
  tentativas   int NOT NULL DEFAULT 0,
  nesta_rodada int NOT NULL DEFAULT 0,
  -- To the millisecond, as lists have it in their cursors.
  criada_em    timestamptz(3) NOT NULL DEFAULT now(),
  proxima_em   timestamptz,
  encerrada_em timestamptz,
  UNIQUE (gancho_id, evento_id),
  CHECK ((estado = 'PENDENTE') = (proxima_em IS NOT NULL))
);
CREATE INDEX entregas_de_gancho_por_fazer ON entregas_de_gancho (gancho_id, proxima_em) WHERE estado = 'PENDENTE';
CREATE INDEX entregas_de_gancho_lista ON entregas_de_gancho (gancho_id, criada_em DESC, id DESC);
CREATE INDEX entregas_de_gancho_criada_em ON entregas_de_gancho (criada_em) WHERE estado <> 'PENDENTE';
CREATE INDEX entregas_de_gancho_evento ON entregas_de_gancho (evento_id);

CREATE TABLE tentativas_de_gancho (
  entrega_id uuid NOT NULL REFERENCES entregas_de_gancho ON DELETE CASCADE,
  numero     int NOT NULL,
  feita_em   timestamptz NOT NULL DEFAULT now(),
  duracao_ms int NOT NULL,
  status     int,
  erro       text,
  -- The beginning of what was answered, without what looks like personal data.
  resposta   text NOT NULL DEFAULT '' CHECK (char_length(resposta) <= 500),
  PRIMARY KEY (entrega_id, numero)
);
CREATE INDEX tentativas_de_gancho_feita_em ON tentativas_de_gancho (feita_em);

-- Least privilege: what was sent is what happened, and what was tried stays as it was.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'notificacoes_app') THEN
    REVOKE UPDATE ON segredos_de_gancho, eventos_de_gancho, entregas_de_gancho, tentativas_de_gancho FROM notificacoes_app;
    GRANT UPDATE (vale_ate) ON segredos_de_gancho TO notificacoes_app;
    GRANT UPDATE (estado, tentativas, nesta_rodada, proxima_em, encerrada_em) ON entregas_de_gancho TO notificacoes_app;
  END IF;
END $$;
