-- What keeps a person from being erased.
CREATE FUNCTION pendencias_da_pessoa(pessoa uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_agg(p), '[]') FROM (
    (SELECT 'ESTORNO_EM_ANDAMENTO' AS tipo, e.id FROM estornos e JOIN cobrancas c ON c.id = e.cobranca_id
      WHERE c.cliente_id = pessoa AND e.estado IN ('A_FAZER', 'EM_PROCESSAMENTO', 'PARADO') LIMIT 20)
    UNION ALL
    (SELECT 'DISPUTA_ABERTA', d.id FROM disputas d JOIN cobrancas c ON c.id = d.cobranca_id
      WHERE c.cliente_id = pessoa AND d.situacao = 'ABERTA' LIMIT 20)
    UNION ALL
    (SELECT 'COBRANCA_EM_ABERTO', id FROM cobrancas WHERE cliente_id = pessoa AND estado IN ('A_ABRIR', 'ABERTA') LIMIT 20)
  ) AS p
$$;

-- Erases what names a person here, as the owner: the application may call it, and nothing more. Again does no harm.
CREATE FUNCTION apagar_pessoa(pessoa uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE corpos bigint; segredos bigint; respostas bigint; cobradas bigint; recibados bigint;
BEGIN
  INSERT INTO pessoas_apagadas VALUES (pessoa) ON CONFLICT DO NOTHING;
  UPDATE webhooks SET corpo = '{}' WHERE estado IN ('PROCESSADO', 'IGNORADO', 'INESPERADO', 'DESCARTADO') AND corpo <> '{}'
     AND intento_id IN (SELECT provedor_id FROM cobrancas WHERE cliente_id = pessoa);
  GET DIAGNOSTICS corpos = ROW_COUNT;
  UPDATE cobrancas SET client_secret = NULL
   WHERE cliente_id = pessoa AND estado IN ('APROVADA', 'CANCELADA') AND client_secret IS NOT NULL;
  GET DIAGNOSTICS segredos = ROW_COUNT;
  DELETE FROM idempotencia WHERE chave LIKE pessoa || ' %';
  GET DIAGNOSTICS respostas = ROW_COUNT;
  DELETE FROM mensagens_pessoais WHERE dados ->> 'usuarioId' = pessoa::text;
  SELECT count(*) INTO cobradas FROM cobrancas WHERE cliente_id = pessoa;
  SELECT count(*) INTO recibados FROM recibos WHERE cobranca_id IN (SELECT id FROM cobrancas WHERE cliente_id = pessoa);
  RETURN jsonb_build_object('apagado',
    linha_de_apagamento('avisos do provedor, com o nome do pagador', corpos)
    || linha_de_apagamento('segredos de pagamento', segredos) || linha_de_apagamento('respostas guardadas', respostas),
    'mantido', linha_de_apagamento('cobranças e lançamentos, sem nome', cobradas, 'obrigação fiscal (CTN, art. 195)', '5 anos')
    || linha_de_apagamento('recibos, sem nome', recibados, 'obrigação fiscal (CTN, art. 195)', '5 anos'));
END $$;

-- What the provider tells later of a payment of theirs is kept without its words.
CREATE FUNCTION webhook_de_pessoa_apagada() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM pessoas_apagadas) AND EXISTS (
       SELECT FROM cobrancas c JOIN pessoas_apagadas p ON p.pessoa_id = c.cliente_id WHERE c.provedor_id = NEW.intento_id) THEN
    NEW.corpo := '{}';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER webhooks_sem_pessoas_apagadas BEFORE UPDATE OF estado ON webhooks FOR EACH ROW
  WHEN (NEW.estado IN ('PROCESSADO', 'IGNORADO', 'INESPERADO', 'DESCARTADO') AND NEW.intento_id IS NOT NULL)
  EXECUTE FUNCTION webhook_de_pessoa_apagada();

REVOKE EXECUTE ON FUNCTION apagar_pessoa(uuid) FROM PUBLIC;
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'pagamentos_app') THEN
    GRANT EXECUTE ON FUNCTION apagar_pessoa(uuid) TO pagamentos_app;
  END IF;
END $$;
