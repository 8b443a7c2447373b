-- contracao: a chave passa a ser de cada convidado em cada reserva, e só esta versão escreve um convidado em várias
-- One guest of several bookings of a series is one person, and gets one letter.
ALTER TABLE convidados DROP CONSTRAINT convidados_pkey, ADD PRIMARY KEY (id, reserva_id);
-- What a guest said, and of which version of the booking they were asked last: a link answers that question, once.
ALTER TABLE convidados
  ADD resposta      text CHECK (resposta IN ('VEM', 'NAO_VEM')),
  ADD respondida_em timestamptz,
  ADD pergunta      int;

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'notificacoes_app') THEN
    GRANT UPDATE (resposta, respondida_em, pergunta) ON convidados TO notificacoes_app;
  END IF;
END $$;
