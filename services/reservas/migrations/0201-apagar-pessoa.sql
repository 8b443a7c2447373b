-- What keeps a person from being erased.
CREATE FUNCTION pendencias_da_pessoa(pessoa uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object('tipo', 'RESERVA_POR_VIR', 'id', id)), '[]') FROM (
    SELECT id FROM reservas WHERE cliente_id = pessoa AND fim > now()
       AND status IN ('PENDENTE_APROVACAO', 'PENDENTE_PAGAMENTO', 'CONFIRMADA') ORDER BY inicio LIMIT 20) AS r
$$;

-- Erases what names a person here, as the owner: the application may call it, and nothing more. Again does no harm.
CREATE FUNCTION apagar_pessoa(pessoa uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE palavras bigint; justificativas bigint; feeds bigint; respostas bigint; esperas bigint; ficam bigint;
BEGIN
  INSERT INTO pessoas_apagadas VALUES (pessoa) ON CONFLICT DO NOTHING;
  DELETE FROM palavras_de_eventos WHERE evento_id IN (
    SELECT e.id FROM reservas r JOIN eventos e ON e.fluxo = 'reserva/' || r.id WHERE r.cliente_id = pessoa);
  GET DIAGNOSTICS palavras = ROW_COUNT;
  UPDATE reservas SET justificativa = NULL WHERE cliente_id = pessoa AND justificativa IS NOT NULL;
  GET DIAGNOSTICS justificativas = ROW_COUNT;
  DELETE FROM calendarios WHERE dono_id = pessoa;
  GET DIAGNOSTICS feeds = ROW_COUNT;
  DELETE FROM idempotencia WHERE chave LIKE pessoa || ' %';
  GET DIAGNOSTICS respostas = ROW_COUNT;
  DELETE FROM mensagens_pessoais WHERE dados ->> 'usuarioId' = pessoa::text;
  SELECT count(*) INTO ficam FROM reservas WHERE cliente_id = pessoa;
  RETURN jsonb_build_object('apagado',
    linha_de_apagamento('palavras de cancelamentos', palavras) || linha_de_apagamento('justificativas', justificativas)
    || linha_de_apagamento('calendários', feeds) || linha_de_apagamento('respostas guardadas', respostas),
    'mantido', linha_de_apagamento('reservas, sem nome', ficam,
      'história do uso dos espaços e das contas; o id não é mais de ninguém', 'enquanto o espaço existir'));
END $$;
REVOKE EXECUTE ON FUNCTION apagar_pessoa(uuid) FROM PUBLIC;
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'reservas_app') THEN
    GRANT EXECUTE ON FUNCTION apagar_pessoa(uuid) TO reservas_app;
  END IF;
END $$;
