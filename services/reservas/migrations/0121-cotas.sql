-- What one person holds and has booked, for the limits per person; and the bookings of a space by time, for reports.
CREATE INDEX reservas_da_pessoa ON reservas (cliente_id, fim) WHERE status <> 'CANCELADA';
CREATE INDEX reservas_periodo ON reservas (espaco_id, inicio);

-- How many unpaid holds a person has (a series counts once, `serie` not at all), as seen by one transaction of that
-- person at a time. The lock and the count are one statement for the caller, and two here: a volatile function takes a
-- new snapshot for each, so that the count sees what those committed who held the lock before.
CREATE FUNCTION retencoes_da_pessoa(pessoa uuid, serie uuid) RETURNS int LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('pessoa ' || pessoa, 29));
  RETURN (SELECT count(DISTINCT coalesce(serie_id, id)) FROM reservas
           WHERE cliente_id = pessoa AND fim > now() AND status <> 'CANCELADA' AND status IN ('PENDENTE_APROVACAO', 'PENDENTE_PAGAMENTO')
             AND (serie IS NULL OR serie_id IS DISTINCT FROM serie));
END $$;
