-- Who asked to be erased, and how far it is. A row stays: it is the receipt, which names nobody.
CREATE TABLE pedidos_de_apagamento (
  id               uuid PRIMARY KEY,
  usuario_id       uuid NOT NULL,
  estado           text NOT NULL CHECK (estado IN ('CONFERINDO', 'APAGANDO', 'DESFEITO', 'CONCLUIDO')),
  pedido_em        timestamptz NOT NULL DEFAULT now(),
  -- Until when it should be done; operators look at what is late.
  prazo            timestamptz NOT NULL DEFAULT now() + interval '1 day',
  encerrado_em     timestamptz,
  -- SHA-256 of what reads the receipt.
  comprovante_hash bytea NOT NULL UNIQUE CHECK (octet_length(comprovante_hash) = 32),
  disponivel_em    timestamptz,
  posse_ate        timestamptz,
  tentativas       int NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX pedidos_de_apagamento_um_aberto ON pedidos_de_apagamento (usuario_id) WHERE estado IN ('CONFERINDO', 'APAGANDO');
CREATE INDEX pedidos_de_apagamento_a_fazer ON pedidos_de_apagamento (disponivel_em) WHERE estado = 'APAGANDO';

-- What each service was asked, and answered.
CREATE TABLE partes_de_apagamento (
  pedido_id     uuid NOT NULL REFERENCES pedidos_de_apagamento ON DELETE CASCADE,
  etapa         text NOT NULL CHECK (etapa IN ('CONFERIR', 'RECONFERIR', 'APAGAR')),
  servico       text NOT NULL,
  resposta      jsonb,
  respondida_em timestamptz,
  PRIMARY KEY (pedido_id, etapa, servico)
);

CREATE FUNCTION apagar_pessoa(pessoa uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE abertas bigint; contas bigint; mensagens bigint;
BEGIN
  INSERT INTO pessoas_apagadas VALUES (pessoa) ON CONFLICT DO NOTHING;
  DELETE FROM sessoes WHERE usuario_id = pessoa;
  GET DIAGNOSTICS abertas = ROW_COUNT;
  DELETE FROM pedidos_de_carta WHERE email IN (SELECT email FROM usuarios WHERE id = pessoa);
  DELETE FROM usuarios WHERE id = pessoa;
  GET DIAGNOSTICS contas = ROW_COUNT;
  DELETE FROM mensagens_pessoais WHERE dados ->> 'usuarioId' = pessoa::text OR fluxo = 'usuario/' || pessoa;
  GET DIAGNOSTICS mensagens = ROW_COUNT;
  DELETE FROM idempotencia WHERE chave LIKE pessoa || ' %';
  RETURN jsonb_build_object('apagado',
    linha_de_apagamento('conta', contas) || linha_de_apagamento('sessões e aparelhos', abertas)
    || linha_de_apagamento('mensagens sobre a conta', mensagens),
    'mantido', linha_de_apagamento('auditoria, só com ids',
      (SELECT count(*) FROM auditoria WHERE autor_id = pessoa OR pessoa_id = pessoa), 'segurança e prova (LGPD, art. 16, I)', 'enquanto a instalação existir'));
END $$;
REVOKE EXECUTE ON FUNCTION apagar_pessoa(uuid) FROM PUBLIC;
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'auth_app') THEN
    GRANT EXECUTE ON FUNCTION apagar_pessoa(uuid) TO auth_app;
    REVOKE DELETE ON pedidos_de_apagamento, partes_de_apagamento FROM auth_app;
    REVOKE UPDATE ON pedidos_de_apagamento, partes_de_apagamento FROM auth_app;
    GRANT UPDATE (estado, encerrado_em, disponivel_em, posse_ate, tentativas) ON pedidos_de_apagamento TO auth_app;
    GRANT UPDATE (resposta, respondida_em) ON partes_de_apagamento TO auth_app;
  END IF;
END $$;
