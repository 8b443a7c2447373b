-- What a person holds unpaid, as retencoes_da_pessoa says, and then how many occurrences of series are among it, each
-- counted, those of `serie` too. The same lock; a function beside the other, which instances of before still call.
CREATE FUNCTION retencoes_da_pessoa_e_series(pessoa uuid, serie uuid) RETURNS int[] LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('pessoa ' || pessoa, 29));
  RETURN (SELECT ARRAY[count(DISTINCT coalesce(serie_id, id)) FILTER (WHERE serie IS NULL OR serie_id IS DISTINCT FROM serie),
                       count(serie_id)]
            FROM reservas
           WHERE cliente_id = pessoa AND fim > now() AND status <> 'CANCELADA' AND status IN ('PENDENTE_APROVACAO', 'PENDENTE_PAGAMENTO'));
END $$;
