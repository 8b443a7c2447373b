-- contracao: o direito que se tira é de uma função que a versão anterior não conhece
-- When each provider may be asked next, by whichever instance: its rate, and what it said of waiting.
CREATE TABLE ritmos_de_provedores (
  provedor      text PRIMARY KEY,
  proximo_envio timestamptz NOT NULL DEFAULT now()
);

-- Each code is a message of its own.
ALTER TABLE destinos ADD codigo_id uuid;

-- When what it tells happened, and what the provider said of it since; `situacao` only ever rises.
ALTER TABLE entregas
  ADD ocorrido_em timestamptz,
  ADD situacao text;
ALTER TABLE entregas ADD CONSTRAINT entregas_situacao_check CHECK (situacao IN ('ADIADA', 'ENTREGUE', 'REJEITADA', 'QUEIXA')) NOT VALID;

-- Addresses to which nothing is sent. One that an administrator took off stays, so that what a provider tells late, or
-- again, of the time before does not bring it back.
CREATE TABLE supressoes (
  id          uuid PRIMARY KEY,
  canal       text NOT NULL CHECK (canal IN ('EMAIL', 'SMS')),
  endereco    text NOT NULL CHECK (length(endereco) <= 254),
  usuario_id  uuid,
  motivo      text NOT NULL CHECK (motivo IN ('REJEITADO', 'QUEIXA', 'MANUAL')),
  desde       timestamptz NOT NULL DEFAULT now(),
  retirada_em timestamptz
);
CREATE UNIQUE INDEX supressoes_endereco ON supressoes (canal, lower(endereco));
CREATE INDEX supressoes_desde ON supressoes (desde, id) WHERE retirada_em IS NULL;
CREATE INDEX supressoes_usuario ON supressoes (usuario_id);
CREATE INDEX supressoes_retirada_em ON supressoes (retirada_em);

-- Of what comes late of a person that was erased, nothing stays; of an address that is nobody's, the address.
CREATE FUNCTION apagar_pessoa_supressoes(pessoa uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE enderecos bigint;
BEGIN
  DELETE FROM supressoes WHERE usuario_id = pessoa;
  GET DIAGNOSTICS enderecos = ROW_COUNT;
  RETURN jsonb_build_object('apagado', linha_de_apagamento('endereços a que não se envia', enderecos), 'mantido', '[]'::jsonb);
END $$;
CREATE TRIGGER supressoes_de_pessoa_apagada BEFORE INSERT ON supressoes FOR EACH ROW EXECUTE FUNCTION nada_de_pessoa_apagada();

REVOKE EXECUTE ON FUNCTION apagar_pessoa_supressoes(uuid) FROM PUBLIC;
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'notificacoes_app') THEN
    GRANT UPDATE (situacao, tentativas) ON entregas TO notificacoes_app;
  END IF;
END $$;
