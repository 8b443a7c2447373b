-- The history of what was told, kept apart from the queues that tell it: by month, so that what is past goes as a whole
-- table. Where it is kept in MongoDB this one stays empty.
CREATE TABLE historico (
  id         uuid NOT NULL,
  criada_em  timestamptz(3) NOT NULL,
  usuario_id uuid,
  reserva_id uuid,
  tipo       text NOT NULL,
  canal      text NOT NULL,
  estado     text NOT NULL,
  assunto    text,
  motivo     text,
  provedor   text,
  referencia text,
  situacao   text,
  tentativas int NOT NULL,
  enviada_em timestamptz(3),
  PRIMARY KEY (criada_em, id)
) PARTITION BY RANGE (criada_em);
CREATE INDEX historico_usuario ON historico (usuario_id, criada_em DESC, id DESC);
CREATE INDEX historico_reserva ON historico (reserva_id, criada_em DESC, id DESC);

-- When it went into the history as it is now; NULL: it is to, once it has ended.
ALTER TABLE entregas ADD historico_em timestamptz;
ALTER TABLE cartas_de_conta ADD historico_em timestamptz;

-- Whom another database is still to be rid of.
CREATE TABLE historico_a_apagar (
  pessoa_id uuid PRIMARY KEY,
  pedido_em timestamptz NOT NULL DEFAULT now()
);

-- The table of a month. The application may ask for it, and for none that no message can be of.
CREATE FUNCTION historico_preparar(dia date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE mes date := date_trunc('month', dia)::date; tabela text := 'historico_' || to_char(dia, 'YYYY_MM');
BEGIN
  IF dia NOT BETWEEN now() - interval '11 years' AND now() + interval '2 days' THEN
    RAISE EXCEPTION 'nenhuma mensagem é de %', dia USING ERRCODE = 'check_violation';
  END IF;
  IF to_regclass(tabela) IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('historico_preparar', 8));
  IF to_regclass(tabela) IS NOT NULL THEN RETURN; END IF;
  -- Whatever zone the session has: a month begins at the same instant for all.
  EXECUTE format('CREATE TABLE %I PARTITION OF historico FOR VALUES FROM (%L) TO (%L)', tabela,
    mes::timestamp AT TIME ZONE 'UTC', (mes + interval '1 month')::timestamp AT TIME ZONE 'UTC');
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'notificacoes_app') THEN
    EXECUTE format('REVOKE ALL ON %I FROM notificacoes_app', tabela);
  END IF;
END $$;

-- What is older goes, whole months as whole tables. No less than 30 days are kept.
CREATE FUNCTION historico_expurgar(dias int) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE limite timestamptz := now() - make_interval(days => dias); tabela text; idas bigint := 0; apagadas bigint;
BEGIN
  IF dias < 30 THEN RAISE EXCEPTION 'o histórico fica ao menos 30 dias' USING ERRCODE = 'restrict_violation'; END IF;
  FOR tabela IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                 WHERE i.inhparent = 'historico'::regclass
                   AND (to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month')::timestamp AT TIME ZONE 'UTC' <= limite LOOP
    EXECUTE format('DROP TABLE %I', tabela);
    idas := idas + 1;
  END LOOP;
  DELETE FROM historico WHERE criada_em < limite;
  GET DIAGNOSTICS apagadas = ROW_COUNT;
  RETURN idas + apagadas;
END $$;

-- Nobody writes of the person while this lasts (whoever does holds the lock too), and who comes later knows that they are gone.
CREATE FUNCTION apagar_pessoa_historico(pessoa uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE guardadas bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('historico', 8));
  DELETE FROM historico WHERE usuario_id = pessoa;
  GET DIAGNOSTICS guardadas = ROW_COUNT;
  INSERT INTO historico_a_apagar VALUES (pessoa) ON CONFLICT DO NOTHING;
  RETURN jsonb_build_object('apagado', linha_de_apagamento('histórico de avisos', guardadas), 'mantido', '[]'::jsonb);
END $$;

REVOKE EXECUTE ON FUNCTION historico_preparar(date), historico_expurgar(int), apagar_pessoa_historico(uuid) FROM PUBLIC;
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'notificacoes_app') THEN
    GRANT EXECUTE ON FUNCTION historico_preparar(date), historico_expurgar(int) TO notificacoes_app;
    REVOKE DELETE ON historico FROM notificacoes_app;
    REVOKE INSERT ON historico_a_apagar FROM notificacoes_app;
    GRANT UPDATE (historico_em) ON entregas, cartas_de_conta TO notificacoes_app;
  END IF;
END $$;
