-- Who waits for a space (or for any that a search would find) around a period. First come, first served. What became of
-- an entry that was served is what became of its booking.
CREATE TABLE fila (
  id                    uuid PRIMARY KEY,
  cliente_id            uuid NOT NULL,
  espaco_id             uuid REFERENCES espacos,
  cidade                text,
  tipo                  text,
  capacidade            int,
  recursos              text[] NOT NULL DEFAULT '{}',
  inicio                timestamptz NOT NULL,
  fim                   timestamptz NOT NULL CHECK (fim > inicio),
  flexibilidade_minutos int NOT NULL CHECK (flexibilidade_minutos >= 0),
  situacao              text NOT NULL CHECK (situacao IN ('ESPERANDO', 'ATENDIDA', 'DESISTIU')),
  reserva_id            uuid REFERENCES reservas DEFERRABLE INITIALLY DEFERRED,
  criada_em             timestamptz NOT NULL DEFAULT clock_timestamp(),
  CHECK ((espaco_id IS NULL) = (cidade IS NOT NULL)),
  CHECK ((situacao = 'ATENDIDA') = (reserva_id IS NOT NULL))
);
CREATE INDEX fila_do_espaco ON fila (espaco_id, criada_em, id) WHERE situacao = 'ESPERANDO';
CREATE INDEX fila_da_cidade ON fila (cidade, criada_em, id) WHERE situacao = 'ESPERANDO' AND espaco_id IS NULL;
CREATE INDEX fila_do_cliente ON fila (cliente_id, id DESC);
