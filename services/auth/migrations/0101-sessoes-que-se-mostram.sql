-- What a session says to its owner: from where it is, and when it was last used. And what its tokens say: how its person
-- proved who they are (RFC 8176), for the last time at autenticada_em; NULL at the log-in. divulgada_em: when it was told
-- in Redis that it has ended.
ALTER TABLE sessoes
  ADD amr text[] NOT NULL DEFAULT '{pwd}',
  ADD autenticada_em timestamptz,
  ADD usada_em timestamptz,
  ADD aparelho text,
  ADD rede text,
  ADD divulgada_em timestamptz;
ALTER TABLE sessoes
  ADD CONSTRAINT sessoes_amr_check CHECK (cardinality(amr) BETWEEN 1 AND 10) NOT VALID,
  ADD CONSTRAINT sessoes_origem_check CHECK (char_length(aparelho) <= 120 AND char_length(rede) <= 60) NOT VALID;

-- An account changes: its e-mail was proved, it was disabled, and the version is that of the last message about it. Who
-- is there already, or is written by an instance of the version before, was asked for no proof.
ALTER TABLE usuarios
  ADD versao int NOT NULL DEFAULT 1,
  ADD email_verificado_em timestamptz DEFAULT now(),
  ADD desativado_em timestamptz;

INSERT INTO fluxos_passageiros VALUES ('sessao', 30, false);

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'auth_app') THEN
    GRANT UPDATE (amr, autenticada_em, usada_em, divulgada_em) ON sessoes TO auth_app;
    GRANT UPDATE (email, senha_hash, papeis, versao, email_verificado_em, desativado_em) ON usuarios TO auth_app;
  END IF;
END $$;
