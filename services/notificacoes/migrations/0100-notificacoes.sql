-- Whom to write to, as auth announced it.
CREATE TABLE contatos (
  usuario_id    uuid PRIMARY KEY,
  nome          text NOT NULL,
  email         text NOT NULL,
  idioma        text NOT NULL CHECK (idioma IN ('pt-BR', 'en')),
  registrado_em timestamptz NOT NULL DEFAULT now()
);

-- One delivery per fact, person and channel, however often the fact is told.
CREATE TABLE entregas (
  id            uuid PRIMARY KEY,
  reserva_id    uuid NOT NULL,
  -- Of the booking, as the event's sequence says: a delivery with a higher one makes this one stale.
  versao        int NOT NULL CHECK (versao > 0),
  tipo          text NOT NULL CHECK (tipo IN ('RESERVA_CONFIRMADA', 'RESERVA_CANCELADA')),
  canal         text NOT NULL CHECK (canal IN ('EMAIL', 'SMS', 'PUSH')),
  usuario_id    uuid NOT NULL,
  dados         jsonb NOT NULL,
  estado        text NOT NULL CHECK (estado IN ('AGUARDANDO_CONTATO', 'PENDENTE', 'ENVIADA', 'FALHOU', 'SUPERADA')),
  -- Counts claims; also the proof of holding one: whoever claimed later has a higher number.
  tentativas    int NOT NULL DEFAULT 0,
  -- A pending delivery may be claimed from here on: after a claim the end of its lease, after a failure the pause.
  disponivel_em timestamptz NOT NULL DEFAULT now(),
  assunto       text,
  motivo        text,
  criada_em     timestamptz NOT NULL DEFAULT now(),
  enviada_em    timestamptz,
  CONSTRAINT entregas_unica UNIQUE (reserva_id, versao, tipo, canal, usuario_id),
  CHECK ((estado = 'ENVIADA') = (enviada_em IS NOT NULL))
);
CREATE INDEX entregas_a_enviar ON entregas (disponivel_em) WHERE estado = 'PENDENTE';
CREATE INDEX entregas_sem_contato ON entregas (usuario_id) WHERE estado = 'AGUARDANDO_CONTATO';

-- What the local adapter "sent".
CREATE TABLE emails_locais (
  entrega_id    uuid PRIMARY KEY,
  para_nome     text NOT NULL,
  para_email    text NOT NULL,
  assunto       text NOT NULL,
  html          text NOT NULL,
  texto         text NOT NULL,
  registrado_em timestamptz NOT NULL DEFAULT now()
);

-- Least privilege: nothing that was promised or sent can be removed, nor a delivery turned into another.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'notificacoes_app') THEN
    REVOKE UPDATE, DELETE ON contatos, emails_locais FROM notificacoes_app;
    REVOKE UPDATE, DELETE ON entregas FROM notificacoes_app;
    GRANT UPDATE (estado, tentativas, disponivel_em, assunto, motivo, enviada_em) ON entregas TO notificacoes_app;
  END IF;
END $$;
