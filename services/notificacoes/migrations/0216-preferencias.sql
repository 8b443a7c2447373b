-- contracao: o direito que sai é o de chamar uma função que esta migração cria
-- What a person chose of what they are told: language, hours of quiet on the clock of their own zone, and what they turned
-- off in a channel. Who chose nothing is told everything, in the language of the account.
CREATE TABLE preferencias (
  usuario_id  uuid PRIMARY KEY,
  idioma      text CHECK (idioma IN ('pt-BR', 'en')),
  silencio_de time,
  silencio_ate time,
  fuso        text,
  CHECK ((silencio_de IS NULL) = (silencio_ate IS NULL) AND (silencio_de IS NULL) = (fuso IS NULL))
);
CREATE TABLE avisos_desligados (
  usuario_id uuid NOT NULL,
  canal      text NOT NULL CHECK (canal IN ('EMAIL', 'SMS', 'PUSH')),
  assunto    text NOT NULL CHECK (assunto IN ('RESERVAS', 'LEMBRETES', 'PAGAMENTOS', 'NOVIDADES', 'PESQUISAS')),
  PRIMARY KEY (usuario_id, canal, assunto)
);

CREATE TRIGGER preferencias_de_pessoa_apagada BEFORE INSERT ON preferencias FOR EACH ROW EXECUTE FUNCTION nada_de_pessoa_apagada();
CREATE TRIGGER avisos_desligados_de_pessoa_apagada BEFORE INSERT ON avisos_desligados FOR EACH ROW
  EXECUTE FUNCTION nada_de_pessoa_apagada();

CREATE FUNCTION apagar_pessoa_preferencias(pessoa uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE escolhas bigint; desligados bigint;
BEGIN
  DELETE FROM preferencias WHERE usuario_id = pessoa;
  GET DIAGNOSTICS escolhas = ROW_COUNT;
  DELETE FROM avisos_desligados WHERE usuario_id = pessoa;
  GET DIAGNOSTICS desligados = ROW_COUNT;
  RETURN jsonb_build_object('apagado', linha_de_apagamento('preferências de avisos', escolhas + desligados), 'mantido', '[]'::jsonb);
END $$;
REVOKE EXECUTE ON FUNCTION apagar_pessoa_preferencias(uuid) FROM PUBLIC;
