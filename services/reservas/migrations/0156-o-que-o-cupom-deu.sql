-- What a coupon gives, as it is now.
CREATE FUNCTION desconto_de(cupom cupons) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('codigo', cupom.codigo, 'valorMinimoCentavos', cupom.valor_minimo_centavos,
    'desconto', CASE WHEN cupom.percentual IS NULL
      THEN jsonb_build_object('tipo', 'VALOR', 'valorCentavos', cupom.valor_centavos)
      ELSE jsonb_build_object('tipo', 'PERCENTUAL', 'percentual', cupom.percentual) END)
$$;

-- What it gave to a booking or a quote when the price was agreed: that is kept, whatever becomes of the coupon. Of those
-- made before, what it gives today: nobody noted what it gave then.
ALTER TABLE cupom_usos ADD acordado jsonb;
ALTER TABLE cotacoes ADD cupom_acordado jsonb;
UPDATE cupom_usos u SET acordado = desconto_de(c) FROM cupons c WHERE c.id = u.cupom_id;
UPDATE cotacoes q SET cupom_acordado = desconto_de(c) FROM cupons c WHERE c.id = q.cupom_id;
