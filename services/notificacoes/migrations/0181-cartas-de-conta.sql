-- Letters about an account, to the address that the message names: it may not be the contact's, or no longer. `segredo` is
-- sealed, and goes when the letter has gone.
CREATE TABLE cartas_de_conta (
  id            uuid PRIMARY KEY,
  usuario_id    uuid NOT NULL,
  tipo          text NOT NULL,
  nome          text NOT NULL,
  email         text NOT NULL,
  idioma        text NOT NULL CHECK (idioma IN ('pt-BR', 'en')),
  segredo       text,
  aparelho      text,
  rede          text,
  expira_em     timestamptz,
  ocorrido_em   timestamptz NOT NULL,
  estado        text NOT NULL DEFAULT 'PENDENTE' CHECK (estado IN ('PENDENTE', 'ENVIADA', 'FALHOU', 'SUPERADA')),
  tentativas    int NOT NULL DEFAULT 0,
  disponivel_em timestamptz NOT NULL DEFAULT now(),
  motivo        text,
  criada_em     timestamptz NOT NULL DEFAULT now(),
  enviada_em    timestamptz,
  CHECK ((estado = 'ENVIADA') = (enviada_em IS NOT NULL)),
  CHECK (estado = 'PENDENTE' OR segredo IS NULL)
);
CREATE INDEX cartas_de_conta_a_enviar ON cartas_de_conta (disponivel_em) WHERE estado = 'PENDENTE';
CREATE INDEX cartas_de_conta_que_falharam ON cartas_de_conta (criada_em) WHERE estado = 'FALHOU';
CREATE INDEX cartas_de_conta_criada_em ON cartas_de_conta (criada_em);
CREATE INDEX cartas_de_conta_usuario ON cartas_de_conta (usuario_id);

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'notificacoes_app') THEN
    REVOKE UPDATE ON cartas_de_conta FROM notificacoes_app;
    GRANT UPDATE (segredo, estado, tentativas, disponivel_em, motivo, enviada_em) ON cartas_de_conta TO notificacoes_app;
  END IF;
END $$;
