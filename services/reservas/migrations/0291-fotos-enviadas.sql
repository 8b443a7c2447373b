-- Photos that were sent, until somebody looks whether a space shows them: one that none does goes.
CREATE TABLE fotos_enviadas (
  nome            text PRIMARY KEY,
  confere_em      timestamptz NOT NULL,
  em_trabalho_ate timestamptz,
  tentativas      int NOT NULL DEFAULT 0
);
CREATE INDEX fotos_enviadas_vez ON fotos_enviadas (confere_em);
CREATE INDEX fotos_enviadas_que_falham ON fotos_enviadas (nome) WHERE tentativas >= 10;
