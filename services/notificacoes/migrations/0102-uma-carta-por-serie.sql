-- What is told of several occurrences of a series at the same time goes out in one letter; null goes out by itself.
ALTER TABLE entregas
  ADD carta text GENERATED ALWAYS AS (
    md5(usuario_id::text || (dados #>> '{reserva,serieId}') || tipo || canal
        || coalesce(dados ->> 'motivo', '') || coalesce(dados ->> 'justificativa', ''))) STORED;
CREATE INDEX entregas_da_carta ON entregas (carta, id) WHERE estado = 'PENDENTE' AND carta IS NOT NULL;
