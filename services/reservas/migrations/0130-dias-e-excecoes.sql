-- Spaces that are booked and paid by the day, and dates that a series leaves out.
ALTER TABLE espacos
  ADD unidade_duracao    text NOT NULL DEFAULT 'MINUTO' CHECK (unidade_duracao IN ('MINUTO', 'DIA')),
  ADD preco_dia_centavos bigint CHECK (preco_dia_centavos >= 0),
  ADD CONSTRAINT espacos_preco_dia CHECK ((unidade_duracao = 'DIA') = (preco_dia_centavos IS NOT NULL));
ALTER TABLE series ADD excecoes text[] NOT NULL DEFAULT '{}';
