-- What was done that somebody may have to answer for. Rows come in the transaction of what they tell, and are put into
-- the chain some seconds later: nobody who works waits for it. Ids of people, never names nor addresses (ADR 39).
CREATE TABLE auditoria (
  id          uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- To the millisecond, as the chain has it.
  ocorrido_em timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  tipo        text NOT NULL CHECK (tipo ~ '^[a-z][a-z.-]{2,60}$'),
  -- Who did it; NULL: the platform by itself, or nobody known.
  autor_id    uuid,
  -- To whom, and to what.
  pessoa_id   uuid,
  alvo        text CHECK (char_length(alvo) <= 200),
  dados       jsonb NOT NULL DEFAULT '{}' CHECK (octet_length(dados::text) <= 4000),
  correlacao  text CHECK (char_length(correlacao) <= 128)
);
CREATE INDEX auditoria_ordem ON auditoria (ocorrido_em, id);
CREATE INDEX auditoria_autor ON auditoria (autor_id, ocorrido_em) WHERE autor_id IS NOT NULL;
CREATE INDEX auditoria_pessoa ON auditoria (pessoa_id, ocorrido_em) WHERE pessoa_id IS NOT NULL;

-- hash: SHA-256 of the hash before it and the row in canonical JSON (RFC 8785).
CREATE TABLE auditoria_corrente (
  posicao     bigint PRIMARY KEY CHECK (posicao > 0),
  registro_id uuid NOT NULL UNIQUE REFERENCES auditoria,
  hash        bytea NOT NULL CHECK (octet_length(hash) = 32)
);
-- Rows that are in no chain yet.
CREATE TABLE auditoria_a_encadear (
  registro_id uuid PRIMARY KEY
);
-- Heads of chains, as each service announced them; those of the others too, where one keeps them: what is cut off the
-- end of a chain is missed here.
CREATE TABLE auditoria_ancoras (
  servico     text NOT NULL CHECK (char_length(servico) <= 60),
  posicao     bigint NOT NULL CHECK (posicao > 0),
  hash        bytea NOT NULL CHECK (octet_length(hash) = 32),
  ancorada_em timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (servico, posicao)
);
INSERT INTO fluxos_passageiros VALUES ('auditoria', 30, true);

CREATE FUNCTION auditoria_so_acrescimos() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a auditoria só aceita acréscimos' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER auditoria_imutavel BEFORE UPDATE OR DELETE ON auditoria FOR EACH ROW EXECUTE FUNCTION auditoria_so_acrescimos();
CREATE TRIGGER auditoria_sem_truncate BEFORE TRUNCATE ON auditoria FOR EACH STATEMENT EXECUTE FUNCTION auditoria_so_acrescimos();
CREATE TRIGGER auditoria_corrente_imutavel BEFORE UPDATE OR DELETE ON auditoria_corrente FOR EACH ROW EXECUTE FUNCTION auditoria_so_acrescimos();
CREATE TRIGGER auditoria_corrente_sem_truncate BEFORE TRUNCATE ON auditoria_corrente FOR EACH STATEMENT EXECUTE FUNCTION auditoria_so_acrescimos();
CREATE TRIGGER auditoria_ancoras_imutavel BEFORE UPDATE OR DELETE ON auditoria_ancoras FOR EACH ROW EXECUTE FUNCTION auditoria_so_acrescimos();
CREATE TRIGGER auditoria_ancoras_sem_truncate BEFORE TRUNCATE ON auditoria_ancoras FOR EACH STATEMENT EXECUTE FUNCTION auditoria_so_acrescimos();

-- Of the applications' roles, the one that this database has.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'auth_app') THEN
    REVOKE UPDATE, DELETE ON auditoria, auditoria_corrente, auditoria_ancoras FROM auth_app;
    REVOKE INSERT, UPDATE ON auditoria_a_encadear FROM auth_app;
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'notificacoes_app') THEN
    REVOKE UPDATE, DELETE ON auditoria, auditoria_corrente, auditoria_ancoras FROM notificacoes_app;
    REVOKE INSERT, UPDATE ON auditoria_a_encadear FROM notificacoes_app;
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pagamentos_app') THEN
    REVOKE UPDATE, DELETE ON auditoria, auditoria_corrente, auditoria_ancoras FROM pagamentos_app;
    REVOKE INSERT, UPDATE ON auditoria_a_encadear FROM pagamentos_app;
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'reservas_app') THEN
    REVOKE UPDATE, DELETE ON auditoria, auditoria_corrente, auditoria_ancoras FROM reservas_app;
    REVOKE INSERT, UPDATE ON auditoria_a_encadear FROM reservas_app;
  END IF;
END $$;

-- As the owner: whoever may record may not choose what is put into the chain.
CREATE FUNCTION auditoria_enfileirar() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO auditoria_a_encadear VALUES (NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER auditoria_a_encadear AFTER INSERT ON auditoria FOR EACH ROW EXECUTE FUNCTION auditoria_enfileirar();
