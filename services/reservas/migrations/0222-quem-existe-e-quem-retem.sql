-- Whether the account may be used, as auth last said: not one that was deactivated, nor one that is being erased.
ALTER TABLE pessoa_grupos ADD ativa boolean NOT NULL DEFAULT true;

-- The same as before, of what a person made: nobody's limit is used up by what others make for them.
CREATE OR REPLACE FUNCTION retencoes_da_pessoa_e_series(pessoa uuid, serie uuid) RETURNS int[] LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('pessoa ' || pessoa, 29));
  RETURN (SELECT ARRAY[count(DISTINCT coalesce(serie_id, id)) FILTER (WHERE serie IS NULL OR serie_id IS DISTINCT FROM serie),
                       count(serie_id)]
            FROM (SELECT r.id, r.serie_id FROM reservas r
                   WHERE r.cliente_id = pessoa AND r.fim > now() AND r.status <> 'CANCELADA'
                     AND r.status IN ('PENDENTE_APROVACAO', 'PENDENTE_PAGAMENTO')
                     AND NOT EXISTS (SELECT FROM reserva_ditos d WHERE d.reserva_id = r.id AND d.feita_por <> pessoa)
                   UNION ALL
                  SELECT r.id, r.serie_id FROM reserva_ditos d JOIN reservas r ON r.id = d.reserva_id
                   WHERE d.feita_por = pessoa AND r.cliente_id <> pessoa AND r.fim > now()
                     AND r.status IN ('PENDENTE_APROVACAO', 'PENDENTE_PAGAMENTO')) AS dela);
END $$;
