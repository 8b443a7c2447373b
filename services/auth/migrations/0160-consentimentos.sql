-- What people are asked to agree to, in words that never change: others are another version, which asks anew.
CREATE TABLE textos_de_consentimento (
  finalidade   text NOT NULL,
  versao       int NOT NULL CHECK (versao > 0),
  idioma       text NOT NULL CHECK (idioma IN ('pt-BR', 'en')),
  titulo       text NOT NULL,
  texto        text NOT NULL,
  publicado_em timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (finalidade, versao, idioma)
);
INSERT INTO textos_de_consentimento (finalidade, versao, idioma, titulo, texto) VALUES
  ('NOVIDADES', 1, 'pt-BR', 'Receber novidades',
   'Aceito receber mensagens com novidades e convites para voltar aos espaços que usei. A plataforma usa para isso o meu contato e as minhas reservas, e não os passa a ninguém. Posso retirar este consentimento a qualquer momento, na minha conta, e nada mais muda.'),
  ('NOVIDADES', 1, 'en', 'Get news',
   'I agree to get messages with news and invitations to come back to the spaces that I used. For this the platform uses my contact and my bookings, and gives them to nobody. I can withdraw this consent at any time, in my account, and nothing else changes.'),
  ('PESQUISAS', 1, 'pt-BR', 'Responder a pesquisas',
   'Aceito que me perguntem, depois de usar um espaço, como foi. A plataforma usa para isso o meu contato e a reserva que terminou, e as respostas só para melhorar os espaços. Posso retirar este consentimento a qualquer momento, na minha conta, e nada mais muda.'),
  ('PESQUISAS', 1, 'en', 'Answer surveys',
   'I agree to be asked, after I used a space, how it was. For this the platform uses my contact and the booking that ended, and my answers only to make the spaces better. I can withdraw this consent at any time, in my account, and nothing else changes.');

-- What each person said, when, and to which words: each row once and for all, until the account is erased.
CREATE TABLE consentimentos (
  usuario_id    uuid NOT NULL REFERENCES usuarios ON DELETE CASCADE,
  finalidade    text NOT NULL,
  sequencia     int NOT NULL CHECK (sequencia > 0),
  concedido     boolean NOT NULL,
  texto_versao  int NOT NULL,
  idioma        text NOT NULL,
  registrado_em timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (usuario_id, finalidade, sequencia),
  FOREIGN KEY (finalidade, texto_versao, idioma) REFERENCES textos_de_consentimento
);

CREATE FUNCTION so_se_acrescenta() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a tabela % só aceita acréscimos', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION so_vai_com_a_conta() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM usuarios WHERE id = OLD.usuario_id) THEN
    RAISE EXCEPTION 'um consentimento só se apaga com a conta' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER textos_de_consentimento_sem_mudanca BEFORE UPDATE OR DELETE ON textos_de_consentimento FOR EACH ROW
  EXECUTE FUNCTION so_se_acrescenta();
CREATE TRIGGER consentimentos_sem_mudanca BEFORE UPDATE ON consentimentos FOR EACH ROW EXECUTE FUNCTION so_se_acrescenta();
CREATE TRIGGER consentimentos_com_a_conta BEFORE DELETE ON consentimentos FOR EACH ROW EXECUTE FUNCTION so_vai_com_a_conta();

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'auth_app') THEN
    REVOKE INSERT, UPDATE, DELETE ON textos_de_consentimento FROM auth_app;
    REVOKE UPDATE, DELETE ON consentimentos FROM auth_app;
  END IF;
END $$;
