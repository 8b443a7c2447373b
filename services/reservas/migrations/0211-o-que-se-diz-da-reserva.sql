-- What people say of a booking, apart from its events: messages never carry it, and it can be erased.
CREATE TABLE reserva_ditos (
  reserva_id uuid PRIMARY KEY REFERENCES reservas DEFERRABLE INITIALLY DEFERRED,
  titulo     text,
  nota       text,
  pessoas    int CHECK (pessoas > 0),
  -- Who made it, when that is not whom it is for.
  feita_por  uuid
);
CREATE INDEX reserva_ditos_feita_por ON reserva_ditos (feita_por, reserva_id DESC) WHERE feita_por IS NOT NULL;

CREATE TABLE favoritos (
  pessoa_id uuid NOT NULL,
  espaco_id uuid NOT NULL REFERENCES espacos,
  marcado_em timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (pessoa_id, espaco_id)
);

CREATE FUNCTION recusa_dito_de_pessoa_apagada() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM pessoas_apagadas p LEFT JOIN reservas r ON r.id = NEW.reserva_id
              WHERE p.pessoa_id IN (NEW.feita_por, r.cliente_id)) AND coalesce(NEW.titulo, NEW.nota) IS NOT NULL THEN
    RAISE EXCEPTION 'a pessoa foi apagada' USING ERRCODE = 'RP001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER ditos_de_pessoa_apagada BEFORE INSERT OR UPDATE ON reserva_ditos FOR EACH ROW
  EXECUTE FUNCTION recusa_dito_de_pessoa_apagada();
CREATE FUNCTION recusa_favorito_de_pessoa_apagada() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM pessoas_apagadas WHERE pessoa_id = NEW.pessoa_id) THEN
    RAISE EXCEPTION 'a pessoa foi apagada' USING ERRCODE = 'RP001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER favoritos_de_pessoa_apagada BEFORE INSERT ON favoritos FOR EACH ROW
  EXECUTE FUNCTION recusa_favorito_de_pessoa_apagada();

-- The same as before, and what is new: words that were said of a booking, favourites and groups.
CREATE OR REPLACE FUNCTION apagar_pessoa(pessoa uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE palavras bigint; justificativas bigint; feeds bigint; respostas bigint; ficam bigint;
        ditos bigint; marcados bigint; grupos_dela bigint;
BEGIN
  INSERT INTO pessoas_apagadas VALUES (pessoa) ON CONFLICT DO NOTHING;
  DELETE FROM palavras_de_eventos WHERE evento_id IN (
    SELECT e.id FROM reservas r JOIN eventos e ON e.fluxo = 'reserva/' || r.id WHERE r.cliente_id = pessoa);
  GET DIAGNOSTICS palavras = ROW_COUNT;
  UPDATE reservas SET justificativa = NULL WHERE cliente_id = pessoa AND justificativa IS NOT NULL;
  GET DIAGNOSTICS justificativas = ROW_COUNT;
  UPDATE reserva_ditos d SET titulo = NULL, nota = NULL
   WHERE (d.feita_por = pessoa OR d.reserva_id IN (SELECT id FROM reservas WHERE cliente_id = pessoa))
     AND (titulo IS NOT NULL OR nota IS NOT NULL);
  GET DIAGNOSTICS ditos = ROW_COUNT;
  DELETE FROM favoritos WHERE pessoa_id = pessoa;
  GET DIAGNOSTICS marcados = ROW_COUNT;
  DELETE FROM pessoa_grupos WHERE pessoa_id = pessoa;
  GET DIAGNOSTICS grupos_dela = ROW_COUNT;
  DELETE FROM calendarios WHERE dono_id = pessoa;
  GET DIAGNOSTICS feeds = ROW_COUNT;
  DELETE FROM idempotencia WHERE chave LIKE pessoa || ' %';
  GET DIAGNOSTICS respostas = ROW_COUNT;
  DELETE FROM mensagens_pessoais WHERE dados ->> 'usuarioId' = pessoa::text;
  SELECT count(*) INTO ficam FROM reservas WHERE cliente_id = pessoa;
  RETURN jsonb_build_object('apagado',
    linha_de_apagamento('palavras de cancelamentos', palavras) || linha_de_apagamento('justificativas', justificativas)
    || linha_de_apagamento('títulos e notas de reservas', ditos) || linha_de_apagamento('favoritos', marcados)
    || linha_de_apagamento('grupos', grupos_dela)
    || linha_de_apagamento('calendários', feeds) || linha_de_apagamento('respostas guardadas', respostas),
    'mantido', linha_de_apagamento('reservas, sem nome', ficam,
      'história do uso dos espaços e das contas; o id não é mais de ninguém', 'enquanto o espaço existir'));
END $$;
