-- Whose data were erased here: what is told of them later leaves nothing. The id alone is nobody's any more.
CREATE TABLE pessoas_apagadas (
  pessoa_id  uuid PRIMARY KEY,
  apagada_em timestamptz NOT NULL DEFAULT now()
);
INSERT INTO fluxos_passageiros VALUES ('apagamento', 30, true);
DO $$
DECLARE papel record;
BEGIN
  FOR papel IN SELECT DISTINCT grantee::regrole AS nome FROM pg_class, aclexplode(relacl)
                WHERE oid = 'pessoas_apagadas'::regclass AND grantee NOT IN (relowner, 0) LOOP
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON pessoas_apagadas FROM %s', papel.nome);
  END LOOP;
END $$;

-- One line of the answer of apagar_pessoa.
CREATE FUNCTION linha_de_apagamento(tipo text, quantidade bigint, motivo text DEFAULT NULL, ate text DEFAULT NULL)
RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN quantidade > 0 THEN jsonb_build_array(
    jsonb_strip_nulls(jsonb_build_object('tipo', tipo, 'quantidade', quantidade, 'motivo', motivo, 'ate', ate))) ELSE '[]' END
$$;
