-- Differences between provider, ledger and booking: each stays open until it is found no more.
CREATE TABLE divergencias (
  tipo          text NOT NULL,
  chave         text NOT NULL,
  situacao      text NOT NULL CHECK (situacao IN ('ABERTA', 'REPARADA')),
  detalhe       jsonb NOT NULL,
  encontrada_em timestamptz NOT NULL DEFAULT now(),
  vista_em      timestamptz NOT NULL DEFAULT now(),
  reparada_em   timestamptz,
  PRIMARY KEY (tipo, chave)
);
CREATE INDEX divergencias_abertas ON divergencias (tipo) WHERE situacao = 'ABERTA';

-- Comparisons asked for by an operator, done by whichever instance comes first.
CREATE TABLE reconciliacoes (
  id           uuid PRIMARY KEY,
  desde        timestamptz NOT NULL,
  pedida_em    timestamptz NOT NULL DEFAULT now(),
  em_trabalho_ate timestamptz,
  concluida_em timestamptz,
  resultado    jsonb
);
CREATE INDEX reconciliacoes_a_fazer ON reconciliacoes (pedida_em) WHERE concluida_em IS NULL;

-- Up to where the provider's own list of events was read, and when it is read again.
CREATE TABLE reconciliacao_continua (
  id              boolean PRIMARY KEY DEFAULT true CHECK (id),
  eventos_ate     timestamptz NOT NULL,
  proxima_em      timestamptz NOT NULL DEFAULT now()
);
INSERT INTO reconciliacao_continua (eventos_ate) VALUES (now() - interval '1 day');

-- Events that the provider lists and that we do not have; one that is still missing at the second look was lost.
CREATE TABLE eventos_ausentes (
  evento_id text PRIMARY KEY,
  visto_em  timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX cobrancas_criada_em ON cobrancas (criada_em);
CREATE INDEX reservas_vistas_atualizada_em ON reservas_vistas (atualizada_em);
