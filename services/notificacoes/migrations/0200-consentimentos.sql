-- contracao: a restrição do tipo dá lugar a outra que aceita mais; o que a versão anterior grava cabe nas duas
-- What people agreed to, as auth told it last; a purpose without a row was never agreed to.
CREATE TABLE consentimentos (
  usuario_id uuid NOT NULL,
  finalidade text NOT NULL,
  concedido  boolean NOT NULL,
  versao     int NOT NULL CHECK (versao > 0),
  PRIMARY KEY (usuario_id, finalidade)
);
-- What a delivery needs agreement for; null = what is told because of a contract. The check is at the time of sending.
ALTER TABLE entregas ADD finalidade text;
-- Which kinds there are, the code says.
ALTER TABLE entregas DROP CONSTRAINT entregas_tipo_check;
ALTER TABLE entregas ADD CONSTRAINT entregas_tipo_check CHECK (tipo ~ '^[A-Z][A-Z0-9_]{2,59}$') NOT VALID;

CREATE OR REPLACE FUNCTION apagar_pessoa(pessoa uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE emails bigint; cartas bigint; palavras bigint; pessoas bigint; avisos bigint; acordos bigint;
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
  DELETE FROM consentimentos WHERE usuario_id = pessoa;
  GET DIAGNOSTICS acordos = ROW_COUNT;
  DELETE FROM idempotencia WHERE chave LIKE pessoa || ' %';
  DELETE FROM mensagens_pessoais WHERE dados ->> 'usuarioId' = pessoa::text;
  SELECT count(*) INTO avisos FROM entregas WHERE usuario_id = pessoa;
  RETURN jsonb_build_object('apagado',
    linha_de_apagamento('contato', pessoas) || linha_de_apagamento('consentimentos', acordos)
    || linha_de_apagamento('cartas sobre a conta', cartas)
    || linha_de_apagamento('e-mails guardados', emails) || linha_de_apagamento('palavras de cancelamentos', palavras),
    'mantido', linha_de_apagamento('avisos, sem nome nem endereço', avisos,
      'prova de que a pessoa foi avisada, enquanto um pagamento pode ser contestado', '400 dias'));
END $$;
CREATE TRIGGER consentimentos_de_pessoa_apagada BEFORE INSERT ON consentimentos FOR EACH ROW EXECUTE FUNCTION nada_de_pessoa_apagada();

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'notificacoes_app') THEN
    REVOKE UPDATE, DELETE ON consentimentos FROM notificacoes_app;
    GRANT UPDATE (concedido, versao) ON consentimentos TO notificacoes_app;
  END IF;
END $$;
