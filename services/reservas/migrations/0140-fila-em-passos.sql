-- When somebody who waits is looked at again by itself (null: never, their time is over), and why they could not be
-- served the last time that they were to be.
ALTER TABLE fila
  ADD COLUMN tentar_em timestamptz DEFAULT now(),
  ADD COLUMN recusas int NOT NULL DEFAULT 0,
  ADD COLUMN ultima_recusa text;
CREATE INDEX fila_a_tentar ON fila (tentar_em, criada_em, id) WHERE situacao = 'ESPERANDO' AND tentar_em IS NOT NULL;
CREATE INDEX fila_viva_do_espaco ON fila (espaco_id, criada_em, id)
  WHERE situacao = 'ESPERANDO' AND tentar_em IS NOT NULL;
CREATE INDEX fila_viva_da_cidade ON fila (cidade_buscada, criada_em, id)
  WHERE situacao = 'ESPERANDO' AND tentar_em IS NOT NULL AND espaco_id IS NULL;

-- Freed time that the worker is still to offer: of which units and when, and after whom in the line it goes on.
CREATE TABLE tempo_liberado (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  trechos       jsonb NOT NULL,
  depois_de     timestamptz,
  depois_de_id  uuid,
  falhas        int NOT NULL DEFAULT 0,
  tentar_em     timestamptz NOT NULL DEFAULT now(),
  CHECK ((depois_de IS NULL) = (depois_de_id IS NULL))
);
CREATE INDEX tempo_liberado_vez ON tempo_liberado (tentar_em, id);
