-- Whose data were erased here: what is told of them later leaves nothing. The id alone is nobody's any more.
CREATE TABLE pessoas_apagadas (
  pessoa_id  uuid PRIMARY KEY,
  apagada_em timestamptz NOT NULL DEFAULT now()
);
INSERT INTO fluxos_passageiros VALUES ('apagamento', 30, true);
-- Of the applications' roles, the one that this database has.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'auth_app') THEN
    REVOKE INSERT, UPDATE, DELETE ON pessoas_apagadas FROM auth_app;
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'notificacoes_app') THEN
    REVOKE INSERT, UPDATE, DELETE ON pessoas_apagadas FROM notificacoes_app;
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pagamentos_app') THEN
    REVOKE INSERT, UPDATE, DELETE ON pessoas_apagadas FROM pagamentos_app;
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'reservas_app') THEN
    REVOKE INSERT, UPDATE, DELETE ON pessoas_apagadas FROM reservas_app;
  END IF;
END $$;

-- One line of the answer of apagar_pessoa.
CREATE FUNCTION linha_de_apagamento(tipo text, quantidade bigint, motivo text DEFAULT NULL, ate text DEFAULT NULL)
RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN quantidade > 0 THEN jsonb_build_array(
    jsonb_strip_nulls(jsonb_build_object('tipo', tipo, 'quantidade', quantidade, 'motivo', motivo, 'ate', ate))) ELSE '[]' END
$$;
