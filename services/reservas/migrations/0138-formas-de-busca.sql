-- Names of places and texts as they are compared and searched, and names as they are sorted: made by the service
-- (domain/forma-de-busca.ts) whenever the text is written, and for what is there already when it starts. Byte order, so
-- that no locale of a database decides. busca (0110) is of no more use once no older instance runs.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

ALTER TABLE espacos
  ADD cidade_buscada text COLLATE "C",
  ADD texto_buscado  text COLLATE "C",
  ADD nome_ordenado  text COLLATE "C",
  -- What they were made of: an instance of an older version changes the text and leaves them as they are.
  ADD formas_de      text;
CREATE INDEX espacos_texto_buscado ON espacos USING gin (texto_buscado gin_trgm_ops);
CREATE INDEX espacos_cidade_buscada ON espacos (cidade_buscada, nome_ordenado, id);
CREATE INDEX espacos_nome_ordenado ON espacos (nome_ordenado, id);
CREATE INDEX espacos_sem_formas ON espacos (id)
  WHERE formas_de IS DISTINCT FROM md5(nome || '|' || descricao || '|' || cidade || '|' || endereco);

ALTER TABLE feriados ADD cidade_buscada text COLLATE "C";
CREATE INDEX feriados_cidade_buscada ON feriados (cidade_buscada, data);
CREATE INDEX feriados_sem_formas ON feriados (id) WHERE cidade IS NOT NULL AND cidade_buscada IS NULL;

ALTER TABLE fila ADD cidade_buscada text COLLATE "C";
CREATE INDEX fila_cidade_buscada ON fila (cidade_buscada, criada_em, id)
  WHERE situacao = 'ESPERANDO' AND espaco_id IS NULL;
CREATE INDEX fila_sem_formas ON fila (id) WHERE cidade IS NOT NULL AND cidade_buscada IS NULL;
