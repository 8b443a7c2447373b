-- A charge that reservas asks for, in one round trip: false when it was there. Its creation and its cancellation wait for
-- each other, since neither would see the other's new row; each statement of the function sees what was committed before it.
CREATE FUNCTION criar_cobranca(nova cobrancas) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(nova.reserva_id || '/' || nova.parcela, 4));
  INSERT INTO cobrancas (id, reserva_id, parcela, finalidade, cliente_id, valor_centavos, moeda, descricao, expira_em,
                         prorrogavel_ate, estado, cancelamento_pedido)
  VALUES (nova.id, nova.reserva_id, nova.parcela, nova.finalidade, nova.cliente_id, nova.valor_centavos, 'BRL', nova.descricao,
          nova.expira_em, nova.prorrogavel_ate, 'A_ABRIR',
          EXISTS (SELECT FROM cancelamentos_antecipados a WHERE a.reserva_id = nova.reserva_id AND a.parcela = nova.parcela))
  ON CONFLICT (reserva_id, parcela) DO NOTHING;
  RETURN FOUND;
END $$;
