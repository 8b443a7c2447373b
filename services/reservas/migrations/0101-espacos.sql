-- Catalogue. A space is booked by its units: ten equal desks are one space of ten units; a hall owns the units of its
-- halves, which are spaces of their own.
CREATE TABLE espacos (
  id                     uuid PRIMARY KEY,
  nome                   text NOT NULL,
  tipo                   text NOT NULL CHECK (tipo IN ('SALA', 'MESA', 'QUADRA', 'AUDITORIO', 'ESTUDIO')),
  descricao              text NOT NULL,
  cidade                 text NOT NULL,
  endereco               text NOT NULL,
  fuso                   text NOT NULL,
  capacidade             int NOT NULL CHECK (capacidade > 0),
  fotos                  jsonb NOT NULL DEFAULT '[]',
  recursos               text[] NOT NULL DEFAULT '{}',
  horarios               jsonb NOT NULL,
  ocupa                  text NOT NULL CHECK (ocupa IN ('UMA', 'TODAS')),
  folga_antes_minutos    int NOT NULL DEFAULT 0 CHECK (folga_antes_minutos >= 0),
  folga_depois_minutos   int NOT NULL DEFAULT 0 CHECK (folga_depois_minutos >= 0),
  duracao_minima_minutos int NOT NULL CHECK (duracao_minima_minutos > 0),
  duracao_maxima_minutos int NOT NULL CHECK (duracao_maxima_minutos >= duracao_minima_minutos),
  passo_minutos          int NOT NULL CHECK (passo_minutos > 0),
  preco_hora_centavos    bigint NOT NULL CHECK (preco_hora_centavos >= 0),
  politica_cancelamento  jsonb NOT NULL,
  retencao_segundos      int CHECK (retencao_segundos > 0),
  criado_em              timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX espacos_cidade ON espacos (cidade, nome, id);
CREATE INDEX espacos_nome ON espacos (nome, id);

CREATE TABLE unidades (
  id   uuid PRIMARY KEY,
  nome text NOT NULL
);

CREATE TABLE espaco_unidades (
  espaco_id  uuid NOT NULL REFERENCES espacos,
  unidade_id uuid NOT NULL REFERENCES unidades,
  PRIMARY KEY (espaco_id, unidade_id)
);
CREATE INDEX espaco_unidades_unidade ON espaco_unidades (unidade_id);
