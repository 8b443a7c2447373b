-- Whether more than one registration has asked for an address before anybody proved it: a letter that is asked for
-- afterwards belongs to none of them, and chooses a password. Of who is there already nobody knows.
ALTER TABLE usuarios ADD contestada boolean NOT NULL DEFAULT true;
ALTER TABLE usuarios ALTER contestada SET DEFAULT false;

-- What the provider that somebody came by says of their roles, until they have shown their second factor.
ALTER TABLE desafios
  ADD provedor text,
  ADD governados text[],
  ADD dados text[];

-- Who wants an erasure: its person, or nobody, of an address that was never proved.
ALTER TABLE pedidos_de_apagamento ADD pedido_por text NOT NULL DEFAULT 'PESSOA';
ALTER TABLE pedidos_de_apagamento
  ADD CONSTRAINT pedidos_de_apagamento_pedido_por_check CHECK (pedido_por IN ('PESSOA', 'CASA')) NOT VALID;

-- As in 0120; what a provider says of roles (plataforma.provedor) is recorded as said by it.
CREATE OR REPLACE FUNCTION auditar_conta() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  quem uuid := nullif(current_setting('plataforma.autor', true), '')::uuid;
  por jsonb := jsonb_strip_nulls(jsonb_build_object('provedor', nullif(current_setting('plataforma.provedor', true), '')));
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.papeis <> '{CLIENTE}' THEN
      INSERT INTO auditoria (tipo, autor_id, pessoa_id, alvo, dados)
      VALUES ('conta.papeis-mudados', quem, NEW.id, 'usuario/' || NEW.id,
              jsonb_build_object('para', to_jsonb(NEW.papeis)) || por);
    END IF;
    RETURN NULL;
  END IF;
  IF NEW.papeis IS DISTINCT FROM OLD.papeis THEN
    INSERT INTO auditoria (tipo, autor_id, pessoa_id, alvo, dados)
    VALUES ('conta.papeis-mudados', quem, NEW.id, 'usuario/' || NEW.id,
            jsonb_build_object('de', to_jsonb(OLD.papeis), 'para', to_jsonb(NEW.papeis)) || por);
  END IF;
  IF (NEW.desativado_em IS NULL) <> (OLD.desativado_em IS NULL) THEN
    INSERT INTO auditoria (tipo, autor_id, pessoa_id, alvo)
    VALUES (CASE WHEN NEW.desativado_em IS NULL THEN 'conta.reativada' ELSE 'conta.desativada' END, quem, NEW.id, 'usuario/' || NEW.id);
  END IF;
  RETURN NULL;
END $$;

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'auth_app') THEN
    GRANT UPDATE (contestada) ON usuarios TO auth_app;
  END IF;
END $$;
