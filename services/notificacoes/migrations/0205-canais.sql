-- contracao: apagar_pessoa segue com o mesmo nome e o mesmo direito, na mesma transação; o que se tira é de tabelas que a versão anterior não conhece
-- Where people can be reached besides by e-mail: a phone number once its owner has repeated the code that went to it, and
-- devices. A device is whoever used it last: its address is one row, however many people share it.
CREATE TABLE destinos (
  id               uuid PRIMARY KEY,
  usuario_id       uuid NOT NULL,
  meio             text NOT NULL CHECK (meio IN ('TELEFONE', 'FCM', 'WEB_PUSH')),
  canal            text NOT NULL GENERATED ALWAYS AS (CASE meio WHEN 'TELEFONE' THEN 'SMS' ELSE 'PUSH' END) STORED,
  endereco         text NOT NULL CHECK (length(endereco) BETWEEN 1 AND 2048),
  -- Web Push (RFC 8291): with these the message is encrypted for that browser.
  chaves           jsonb,
  nome             text NOT NULL DEFAULT '' CHECK (length(nome) <= 60),
  verificado_em    timestamptz,
  criado_em        timestamptz NOT NULL DEFAULT now(),
  -- The code of a phone number, sealed: until when it holds, and how many guesses there were.
  codigo           text,
  codigo_expira_em timestamptz,
  palpites         int NOT NULL DEFAULT 0,
  -- When the code is to be sent; also the lease of who does. Null = nothing to send.
  codigo_enviar_em timestamptz,
  tentativas       int NOT NULL DEFAULT 0,
  CHECK ((meio = 'WEB_PUSH') = (chaves IS NOT NULL)),
  CHECK (meio = 'TELEFONE' OR verificado_em IS NOT NULL)
);
CREATE UNIQUE INDEX destinos_aparelho ON destinos (md5(endereco), meio) WHERE meio <> 'TELEFONE';
CREATE UNIQUE INDEX destinos_telefone ON destinos (usuario_id, endereco) WHERE meio = 'TELEFONE';
CREATE INDEX destinos_usuario ON destinos (usuario_id, canal);
CREATE INDEX destinos_codigo_a_enviar ON destinos (codigo_enviar_em) WHERE codigo_enviar_em IS NOT NULL;

-- Every code that went or is to go out, by number and by person: what it costs is bounded over time, whatever is deleted.
CREATE TABLE codigos_pedidos (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  usuario_id uuid NOT NULL,
  endereco   text NOT NULL,
  pedido_em  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX codigos_pedidos_usuario ON codigos_pedidos (usuario_id, pedido_em);
CREATE INDEX codigos_pedidos_endereco ON codigos_pedidos (endereco, pedido_em);
CREATE INDEX codigos_pedidos_em ON codigos_pedidos (pedido_em);

-- What the local adapters of those channels "sent".
CREATE TABLE envios_locais (
  entrega_id    uuid NOT NULL,
  destino_id    uuid NOT NULL,
  usuario_id    uuid NOT NULL,
  canal         text NOT NULL CHECK (canal IN ('SMS', 'PUSH')),
  meio          text NOT NULL,
  para          text NOT NULL,
  assunto       text NOT NULL,
  texto         text NOT NULL,
  caminho       text,
  registrado_em timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (entrega_id, destino_id)
);
CREATE INDEX envios_locais_registrado_em ON envios_locais (registrado_em);
CREATE INDEX envios_locais_usuario ON envios_locais (usuario_id);
ALTER TABLE emails_locais ADD calendario text;

-- Which provider took it, and how it calls it.
ALTER TABLE entregas ADD provedor text, ADD referencia text;

CREATE TRIGGER envios_locais_ainda_se_guardam BEFORE DELETE ON envios_locais FOR EACH ROW
  WHEN (OLD.registrado_em > now() - interval '30 days')
  EXECUTE FUNCTION ainda_se_guarda();

-- A person is erased by every `apagar_pessoa_*` of the database, in order of name: an area adds one for its own tables,
-- and none has to repeat what the others do.
ALTER FUNCTION apagar_pessoa(uuid) RENAME TO apagar_pessoa_avisos;

CREATE FUNCTION apagar_pessoa_canais(pessoa uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE lugares bigint; guardadas bigint;
BEGIN
  DELETE FROM destinos WHERE usuario_id = pessoa;
  GET DIAGNOSTICS lugares = ROW_COUNT;
  DELETE FROM codigos_pedidos WHERE usuario_id = pessoa;
  UPDATE envios_locais SET para = '', assunto = '', texto = '', caminho = NULL WHERE usuario_id = pessoa AND para <> '';
  GET DIAGNOSTICS guardadas = ROW_COUNT;
  UPDATE emails_locais SET calendario = NULL WHERE para_email = '' AND calendario IS NOT NULL;
  RETURN jsonb_build_object('apagado', linha_de_apagamento('telefones e aparelhos', lugares)
    || linha_de_apagamento('mensagens guardadas', guardadas), 'mantido', '[]'::jsonb);
END $$;

CREATE FUNCTION apagar_pessoa(pessoa uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE area text; dito jsonb; apagado jsonb := '[]'; mantido jsonb := '[]';
BEGIN
  FOR area IN SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'apagar\_pessoa\_%'
                AND proowner = current_user::regrole ORDER BY proname LOOP
    EXECUTE format('SELECT %I($1)', area) INTO dito USING pessoa;
    apagado := apagado || (dito -> 'apagado');
    mantido := mantido || (dito -> 'mantido');
  END LOOP;
  RETURN jsonb_build_object('apagado', apagado, 'mantido', mantido);
END $$;

CREATE TRIGGER destinos_de_pessoa_apagada BEFORE INSERT OR UPDATE OF usuario_id ON destinos FOR EACH ROW
  EXECUTE FUNCTION nada_de_pessoa_apagada();
CREATE TRIGGER codigos_pedidos_de_pessoa_apagada BEFORE INSERT ON codigos_pedidos FOR EACH ROW
  EXECUTE FUNCTION nada_de_pessoa_apagada();
CREATE TRIGGER envios_locais_de_pessoa_apagada BEFORE INSERT ON envios_locais FOR EACH ROW EXECUTE FUNCTION nada_de_pessoa_apagada();

REVOKE EXECUTE ON FUNCTION apagar_pessoa(uuid), apagar_pessoa_avisos(uuid), apagar_pessoa_canais(uuid) FROM PUBLIC;
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'notificacoes_app') THEN
    REVOKE EXECUTE ON FUNCTION apagar_pessoa_avisos(uuid) FROM notificacoes_app;
    GRANT EXECUTE ON FUNCTION apagar_pessoa(uuid) TO notificacoes_app;
    REVOKE UPDATE ON envios_locais, codigos_pedidos FROM notificacoes_app;
    GRANT UPDATE (provedor, referencia) ON entregas TO notificacoes_app;
  END IF;
END $$;
