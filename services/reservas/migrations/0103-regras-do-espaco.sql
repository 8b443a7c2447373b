-- The rest of what a venue needs. versao counts the changes of a space: bookings keep the one they were made under,
-- and espaco_versoes keeps what each one said.
ALTER TABLE espacos
  ADD situacao                    text NOT NULL DEFAULT 'PUBLICADO' CHECK (situacao IN ('RASCUNHO', 'PUBLICADO', 'ARQUIVADO')),
  ADD versao                      int NOT NULL DEFAULT 1 CHECK (versao > 0),
  ADD excecoes                    jsonb NOT NULL DEFAULT '[]',
  ADD antecedencia_minima_minutos int NOT NULL DEFAULT 0 CHECK (antecedencia_minima_minutos >= 0),
  ADD horizonte_dias              int CHECK (horizonte_dias > 0),
  ADD cota_reservas_ativas        int CHECK (cota_reservas_ativas > 0),
  ADD cota_horas_semana           int CHECK (cota_horas_semana > 0),
  ADD requer_aprovacao            boolean NOT NULL DEFAULT false,
  ADD prazo_aprovacao_horas       int NOT NULL DEFAULT 48 CHECK (prazo_aprovacao_horas > 0),
  ADD regras_de_preco             jsonb NOT NULL DEFAULT '[]',
  ADD preco_minimo_centavos       bigint NOT NULL DEFAULT 0 CHECK (preco_minimo_centavos >= 0),
  ADD sinal_percentual            int CHECK (sinal_percentual BETWEEN 1 AND 99),
  ADD saldo_horas_antes           int NOT NULL DEFAULT 48 CHECK (saldo_horas_antes >= 0),
  ADD exige_checkin               boolean NOT NULL DEFAULT false,
  ADD tolerancia_minutos          int NOT NULL DEFAULT 15 CHECK (tolerancia_minutos >= 0),
  ADD alterado_em                 timestamptz NOT NULL DEFAULT now();

CREATE TABLE espaco_versoes (
  espaco_id uuid NOT NULL REFERENCES espacos,
  versao    int NOT NULL,
  regras    jsonb NOT NULL,
  autor_id  uuid,
  desde     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (espaco_id, versao)
);
