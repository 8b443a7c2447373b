-- What keeps a person from being erased: the letter that tells them so is still to leave, unless it has not for a day.
CREATE FUNCTION pendencias_da_pessoa(pessoa uuid) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_agg(jsonb_build_object('tipo', 'CARTA_A_ENVIAR', 'id', id)), '[]') FROM (
    SELECT id FROM cartas_de_conta WHERE usuario_id = pessoa AND estado = 'PENDENTE' AND criada_em > now() - interval '1 day' LIMIT 20) AS c
$$;

-- Erases what names a person here, as the owner: the application may call it, and nothing more. Again does no harm.
CREATE FUNCTION apagar_pessoa(pessoa uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE emails bigint; cartas bigint; palavras bigint; pessoas bigint; avisos bigint;
BEGIN
  INSERT INTO pessoas_apagadas VALUES (pessoa) ON CONFLICT DO NOTHING;
  UPDATE entregas SET estado = 'SUPERADA' WHERE usuario_id = pessoa AND estado IN ('AGUARDANDO_CONTATO', 'PENDENTE');
  UPDATE emails_locais SET para_nome = '', para_email = '', assunto = '', html = '', texto = ''
   WHERE para_email <> '' AND entrega_id IN (
     SELECT id FROM entregas WHERE usuario_id = pessoa UNION ALL SELECT id FROM cartas_de_conta WHERE usuario_id = pessoa);
  GET DIAGNOSTICS emails = ROW_COUNT;
  DELETE FROM cartas_de_conta WHERE usuario_id = pessoa;
  GET DIAGNOSTICS cartas = ROW_COUNT;
  UPDATE entregas SET dados = dados - 'justificativa' WHERE usuario_id = pessoa AND dados ? 'justificativa';
  GET DIAGNOSTICS palavras = ROW_COUNT;
  DELETE FROM contatos WHERE usuario_id = pessoa;
  GET DIAGNOSTICS pessoas = ROW_COUNT;
  DELETE FROM idempotencia WHERE chave LIKE pessoa || ' %';
  DELETE FROM mensagens_pessoais WHERE dados ->> 'usuarioId' = pessoa::text;
  SELECT count(*) INTO avisos FROM entregas WHERE usuario_id = pessoa;
  RETURN jsonb_build_object('apagado',
    linha_de_apagamento('contato', pessoas) || linha_de_apagamento('cartas sobre a conta', cartas)
    || linha_de_apagamento('e-mails guardados', emails) || linha_de_apagamento('palavras de cancelamentos', palavras),
    'mantido', linha_de_apagamento('avisos, sem nome nem endereço', avisos,
      'prova de que a pessoa foi avisada, enquanto um pagamento pode ser contestado', '400 dias'));
END $$;

-- What comes late leaves nothing: a message that waited, or was sent again. The lock is that of whoever writes a contact.
CREATE FUNCTION nada_de_pessoa_apagada() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM pessoas_apagadas WHERE pessoa_id = NEW.usuario_id) THEN RETURN NULL; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER contatos_de_pessoa_apagada BEFORE INSERT ON contatos FOR EACH ROW EXECUTE FUNCTION nada_de_pessoa_apagada();
CREATE TRIGGER cartas_de_pessoa_apagada BEFORE INSERT ON cartas_de_conta FOR EACH ROW EXECUTE FUNCTION nada_de_pessoa_apagada();
CREATE TRIGGER entregas_de_pessoa_apagada BEFORE INSERT ON entregas FOR EACH ROW EXECUTE FUNCTION nada_de_pessoa_apagada();

REVOKE EXECUTE ON FUNCTION apagar_pessoa(uuid) FROM PUBLIC;
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'notificacoes_app') THEN
    GRANT EXECUTE ON FUNCTION apagar_pessoa(uuid) TO notificacoes_app;
  END IF;
END $$;
