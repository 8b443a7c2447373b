-- A person is erased under the lock of whoever writes of them, and whoever writes holds it to the end of its transaction:
-- what was being written when the erasure looked is committed, and erased, or comes after it, and is refused. Taken before
-- any row: `lockPerson` of the application is the same lock.
CREATE OR REPLACE FUNCTION apagar_pessoa(pessoa uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE area text; dito jsonb; apagado jsonb := '[]'; mantido jsonb := '[]';
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(pessoa::text, 4));
  FOR area IN SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'apagar\_pessoa\_%'
                AND proowner = current_user::regrole ORDER BY proname LOOP
    EXECUTE format('SELECT %I($1)', area) INTO dito USING pessoa;
    apagado := apagado || (dito -> 'apagado');
    mantido := mantido || (dito -> 'mantido');
  END LOOP;
  RETURN jsonb_build_object('apagado', apagado, 'mantido', mantido);
END $$;

CREATE OR REPLACE FUNCTION nada_de_pessoa_apagada() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended(NEW.usuario_id::text, 4));
  IF EXISTS (SELECT FROM pessoas_apagadas WHERE pessoa_id = NEW.usuario_id) THEN RETURN NULL; END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION nada_por_pessoa_apagada() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(hashtextextended(NEW.anfitriao::text, 4));
  IF EXISTS (SELECT FROM pessoas_apagadas WHERE pessoa_id = NEW.anfitriao) THEN RETURN NULL; END IF;
  RETURN NEW;
END $$;

-- A letter that was on its way when its reader was erased is not recorded: nor is one to whoever they had invited.
CREATE FUNCTION nada_a_quem_se_apagou() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE leitor uuid; quem uuid;
BEGIN
  SELECT e.usuario_id, coalesce(g.anfitriao, e.usuario_id) INTO leitor, quem
    FROM entregas e LEFT JOIN convidados g ON g.id = e.usuario_id WHERE e.id = NEW.entrega_id;
  IF FOUND THEN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended(quem::text, 4));
    IF NOT EXISTS (SELECT FROM contatos WHERE usuario_id = leitor)
       AND NOT EXISTS (SELECT FROM convidados WHERE id = leitor) THEN RETURN NULL; END IF;
    RETURN NEW;
  END IF;
  SELECT usuario_id INTO quem FROM cartas_de_conta WHERE id = NEW.entrega_id;
  IF NOT FOUND THEN RETURN NULL; END IF;
  PERFORM pg_advisory_xact_lock_shared(hashtextextended(quem::text, 4));
  IF NOT EXISTS (SELECT FROM cartas_de_conta WHERE id = NEW.entrega_id) THEN RETURN NULL; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER emails_locais_de_pessoa_apagada BEFORE INSERT ON emails_locais FOR EACH ROW EXECUTE FUNCTION nada_a_quem_se_apagou();
