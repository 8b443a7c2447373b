-- What the floor's database has beside the tables of reservas: the values that reservas would send for a hold, so that the
-- script sends them as parameters, as reservas does. The two names between « » are replaced by the expressions of a
-- space's and of a unit's id (occupations.ts).
CREATE FUNCTION piso_unidade(n int) RETURNS uuid IMMUTABLE LANGUAGE sql AS $$ SELECT «unidade» $$;
CREATE FUNCTION piso_id(serie bigint, numero bigint) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
  RETURN lpad(to_hex(serie), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(numero), 12, '0');
END $$;
CREATE FUNCTION piso_pedido(base bigint, numero bigint, n int, hora bigint,
  OUT reserva text, OUT pessoa text, OUT chave text, OUT espaco text, OUT ocupacao text, OUT criada text, OUT linha text,
  OUT saga text, OUT prazo text, OUT cobrar text, OUT resposta text) IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  unidade text := piso_unidade(n)::text;
  inicio  timestamptz := to_timestamp(1800000000 + hora * 3600);
  de      text := to_char(inicio AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  ate     text := to_char((inicio + interval '1 hour') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
BEGIN
  reserva := piso_id(base, numero);
  pessoa := piso_id(base + 1, numero / 8);
  chave := pessoa || ' POST /v1/reservas ' || md5(reserva) || 'e33e338e035e149e5f900227e7c48995';
  espaco := «espaco»;
  prazo := '2027-11-26T23:36:23.827Z';
  ocupacao := format('[{"fim": %s, "inicio": %s, "unidade": "%s"}]',
    1800000000000 + (hora + 1) * 3600000, 1800000000000 + hora * 3600000, unidade);
  criada := format('[{"id": "%1$s", "tipo": "reserva.criada.v1", "dados": {"fim": "%2$s", "fuso": "America/Sao_Paulo", "moeda": "BRL", "preco": [{"tipo": "BASE", "descricao": "Preço por hora", "valorCentavos": 9000}], "cidade": "São Paulo", "inicio": "%3$s", "checkin": {"codigo": "YHC6MWY3", "exigido": false, "toleranciaMinutos": 15}, "espacoId": "%4$s", "expiraEm": "%5$s", "ocupacao": {"fim": "%2$s", "inicio": "%3$s"}, "unidades": ["%6$s"], "clienteId": "%7$s", "reservaId": "%8$s", "espacoNome": "Sala 102", "espacoVersao": 1, "valorCentavos": 9000, "politicaCancelamento": []}, "ordem": 1}]',
    piso_id(base + 2, numero * 2), ate, de, espaco, prazo, unidade, pessoa, reserva);
  linha := format('{"id": "%1$s", "fim": "%2$s", "fuso": "America/Sao_Paulo", "cupom": null, "moeda": "BRL", "preco": [{"tipo": "BASE", "descricao": "Preço por hora", "valorCentavos": 9000}], "saldo": null, "inicio": "%3$s", "motivo": null, "status": "PENDENTE_PAGAMENTO", "versao": 1, "checkin": {"codigo": "YHC6MWY3", "exigido": false, "toleranciaMinutos": 15}, "iniciada": false, "serie_id": null, "espaco_id": "%4$s", "expira_em": "%5$s", "cliente_id": "%6$s", "conferindo": false, "remarcacao": null, "cobranca_id": "%1$s", "pagamento_id": null, "espaco_versao": 1, "justificativa": null, "pago_centavos": 0, "valor_centavos": 9000, "retido_centavos": 0, "perdido_centavos": 0, "presenca_vence_em": null, "reembolso_centavos": 0, "indisponivel_centavos": 0, "reembolso_retido_centavos": 0}',
    reserva, ate, de, espaco, prazo, pessoa);
  saga := format('{"pagas": [], "passo": "COBRANDO", "prazo": "%1$s", "compra": {"saldo": null, "clienteId": "%2$s", "descricao": "Reserva de Sala 102", "cobrancaId": "%3$s", "valorCentavos": 9000, "prorrogacaoMinutos": 15}, "limite": "%1$s", "parcela": 1, "recusas": 0, "tratados": [], "adiantados": [], "estornosPendentes": 0}',
    prazo, pessoa, reserva);
  cobrar := format('[{"id": "%1$s", "tipo": "cobranca.criar.v1", "dados": {"moeda": "BRL", "parcela": 1, "expiraEm": "%2$s", "clienteId": "%3$s", "descricao": "Reserva de Sala 102", "reservaId": "%4$s", "finalidade": "INTEGRAL", "valorCentavos": 9000, "prorrogavelAte": "%2$s"}, "ordem": 1}]',
    piso_id(base + 2, numero * 2 + 1), prazo, pessoa, reserva);
  resposta := format('{"id": "%1$s", "fim": "%2$s", "fuso": "America/Sao_Paulo", "cupom": null, "moeda": "BRL", "preco": [{"tipo": "BASE", "descricao": "Preço por hora", "valorCentavos": 9000}], "saldo": null, "espaco": {"id": "%4$s", "nome": "Sala 102", "fotos": [], "cidade": "São Paulo", "endereco": "Rua das Medidas, 102"}, "inicio": "%3$s", "motivo": null, "status": "PENDENTE_PAGAMENTO", "versao": 1, "checkin": {"codigo": "YHC6MWY3", "exigido": false, "toleranciaMinutos": 15}, "serieId": null, "criadaEm": "%5$s", "expiraEm": "%5$s", "iniciada": false, "clienteId": "%6$s", "cobrancaId": "%1$s", "remarcacao": null, "contestacao": null, "pagamentoId": null, "espacoVersao": 1, "pagoCentavos": 0, "justificativa": null, "valorCentavos": 9000, "reembolsoCentavos": 0, "conferindoPagamento": false, "reembolsoRetidoCentavos": 0}',
    reserva, ate, de, espaco, prazo, pessoa);
END $$;
