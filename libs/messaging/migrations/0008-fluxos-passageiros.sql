-- Streams that are only an outbox: nobody reads them again. Their events go so many days after they happened; with
-- ultimo_fica the last of a stream stays, by whose version the next is numbered. Each service names its own. Only the
-- owner says so, and the trigger holds everyone to it; any other stream is history, which stays.
CREATE TABLE fluxos_passageiros (
  prefixo     text PRIMARY KEY CHECK (prefixo NOT LIKE '%/%'),
  dias        int NOT NULL CHECK (dias >= 30),
  ultimo_fica boolean NOT NULL
);
DO $$
DECLARE papel record;
BEGIN
  FOR papel IN SELECT DISTINCT grantee::regrole AS nome FROM pg_class, aclexplode(relacl)
                WHERE oid = 'fluxos_passageiros'::regclass AND grantee NOT IN (relowner, 0) LOOP
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON fluxos_passageiros FROM %s', papel.nome);
  END LOOP;
END $$;

CREATE FUNCTION evento_e_passado(do_fluxo text, da_versao int, de timestamptz, publicado timestamptz)
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT publicado IS NOT NULL AND EXISTS (
    SELECT FROM fluxos_passageiros p
     WHERE p.prefixo = split_part(do_fluxo, '/', 1) AND de < now() - make_interval(days => p.dias)
       AND (NOT p.ultimo_fica OR EXISTS (SELECT FROM eventos n WHERE n.fluxo = do_fluxo AND n.versao > da_versao)))
$$;
DROP TRIGGER eventos_sem_remocao ON eventos;
CREATE FUNCTION eventos_so_os_passados() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF evento_e_passado(OLD.fluxo, OLD.versao, OLD.ocorrido_em, OLD.publicado_em) THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'a tabela eventos só aceita acréscimos' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER eventos_sem_remocao BEFORE DELETE ON eventos FOR EACH ROW EXECUTE FUNCTION eventos_so_os_passados();

-- What was in the hands of a consumer that died and went to the DLQ leaves its count behind.
ALTER TABLE inbox_suspeitas ADD desde timestamptz NOT NULL DEFAULT now();
CREATE INDEX inbox_suspeitas_desde ON inbox_suspeitas (desde);
