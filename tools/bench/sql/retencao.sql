-- The statements of one hold, as reservas sends them with its parameters (captured from the server's log): what
-- PostgreSQL alone can do of the same work, with the same durability. Only what the values are comes from elsewhere, in a
-- statement more (piso.sql). Everybody holds times that nobody else wants, and has eight of them at most.
-- pgbench takes a colon and a letter for a variable, in a text too: hence \x3A.
\set i :i + 1
\set numero :client_id * 1000000 + :i
\set espaco_n :client_id + :clients * (:i % (200 / :clients))
\set hora :base + :i / (200 / :clients)
SELECT * FROM piso_pedido(:base, :numero, :espaco_n, :hora) \gset
START TRANSACTION;
SELECT pg_try_advisory_xact_lock(hashtextextended(:chave, 1)) AS obtida;
SELECT hash, status, corpo FROM idempotencia WHERE chave = :chave;
SELECT e.*, now() AS agora,
       ARRAY(SELECT unidade_id FROM espaco_unidades u WHERE u.espaco_id = e.id ORDER BY unidade_id) AS unidades,
       ARRAY(SELECT f.data::text FROM feriados f
              WHERE (f.cidade IS NULL OR f.cidade_buscada = e.cidade_buscada) AND f.data >= current_date - 2) AS feriados
  FROM espacos e WHERE e.id = :espaco;
WITH tomadas AS (
       INSERT INTO ocupacoes (unidade_id, periodo, origem, reserva_id)
       SELECT p.unidade, tstzrange(to_timestamp(p.inicio / 1000), to_timestamp(p.fim / 1000)), 'RESERVA', :reserva
         FROM jsonb_to_recordset(:ocupacao::jsonb) AS p(unidade uuid, inicio float8, fim float8) ORDER BY p.unidade, p.inicio
       ON CONFLICT DO NOTHING RETURNING id)
     SELECT ids, CASE WHEN ids IS NOT NULL AND :pessoa::uuid IS NOT NULL THEN retencoes_da_pessoa_e_series(:pessoa, NULL) END AS retencoes
       FROM (SELECT array_agg(id) AS ids FROM tomadas) AS todas;
INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados)
       SELECT e.id, 'reserva/' || :reserva, coalesce(0::int, (SELECT max(versao) FROM eventos WHERE fluxo = 'reserva/' || :reserva), 0) + e.ordem, e.tipo, e.dados, '{"correlationid": "439d63c3-62c5-401c-beb3-b0b00cb89aa2"}'
         FROM jsonb_to_recordset(:criada::jsonb) AS e(id uuid, ordem int, tipo text, dados jsonb)
        ORDER BY e.ordem;
INSERT INTO reservas
   SELECT r.* FROM jsonb_populate_record(NULL::reservas, :linha::jsonb || jsonb_build_object('criada_em',
          (SELECT ocorrido_em FROM eventos WHERE fluxo = 'reserva/' || (:linha::jsonb ->> 'id') AND versao = 1))) AS r
   ON CONFLICT (id) DO UPDATE SET id = excluded.id, cliente_id = excluded.cliente_id, espaco_id = excluded.espaco_id, status = excluded.status, motivo = excluded.motivo, justificativa = excluded.justificativa, inicio = excluded.inicio, fim = excluded.fim, fuso = excluded.fuso, valor_centavos = excluded.valor_centavos, pago_centavos = excluded.pago_centavos, reembolso_centavos = excluded.reembolso_centavos, reembolso_retido_centavos = excluded.reembolso_retido_centavos, perdido_centavos = excluded.perdido_centavos, retido_centavos = excluded.retido_centavos, indisponivel_centavos = excluded.indisponivel_centavos, moeda = excluded.moeda, expira_em = excluded.expira_em, conferindo = excluded.conferindo, pagamento_id = excluded.pagamento_id, versao = excluded.versao, serie_id = excluded.serie_id, cobranca_id = excluded.cobranca_id, saldo = excluded.saldo, remarcacao = excluded.remarcacao, espaco_versao = excluded.espaco_versao, preco = excluded.preco, cupom = excluded.cupom, checkin = excluded.checkin, iniciada = excluded.iniciada, presenca_vence_em = excluded.presenca_vence_em, criada_em = excluded.criada_em;
INSERT INTO sagas (nome, chave, estado, prazo) VALUES ('reserva', :reserva, :saga, :prazo);
INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados)
       SELECT e.id, 'saga-reserva/' || :reserva, coalesce(NULL::int, (SELECT max(versao) FROM eventos WHERE fluxo = 'saga-reserva/' || :reserva), 0) + e.ordem, e.tipo, e.dados, '{"correlationid": "439d63c3-62c5-401c-beb3-b0b00cb89aa2"}'
         FROM jsonb_to_recordset(:cobrar::jsonb) AS e(id uuid, ordem int, tipo text, dados jsonb)
        ORDER BY e.ordem;
SELECT r.* FROM reservas r WHERE r.id = :reserva;
SELECT
  e.id, e.versao, e.situacao, e.nome, e.tipo, e.descricao, e.cidade, e.endereco, e.fuso, e.capacidade, e.fotos,
  e.recursos, e.horarios, e.excecoes, e.horarios_em_feriado AS "horariosEmFeriado",
  e.folga_antes_minutos AS "folgaAntesMinutos", e.folga_depois_minutos AS "folgaDepoisMinutos",
  e.duracao_minima_minutos AS "duracaoMinimaMinutos", e.duracao_maxima_minutos AS "duracaoMaximaMinutos",
  e.unidade_duracao AS "unidadeDuracao", e.passo_minutos AS "passoMinutos", e.antecedencia_minima_minutos AS "antecedenciaMinimaMinutos",
  e.horizonte_dias AS "horizonteDias", e.cota_reservas_ativas AS "cotaReservasAtivas",
  e.cota_horas_semana AS "cotaHorasSemana", e.requer_aprovacao AS "requerAprovacao",
  e.prazo_aprovacao_horas AS "prazoAprovacaoHoras", e.preco_hora_centavos::float8 AS "precoHoraCentavos",
  e.preco_dia_centavos::float8 AS "precoDiaCentavos", e.regras_de_preco AS "regrasDePreco", e.preco_minimo_centavos::float8 AS "precoMinimoCentavos",
  e.sinal_percentual AS "sinalPercentual", e.saldo_horas_antes AS "saldoHorasAntes",
  e.exige_checkin AS "exigeCheckin", e.tolerancia_minutos AS "toleranciaMinutos",
  e.politica_cancelamento AS "politicaCancelamento", e.retencao_segundos AS "retencaoSegundos",
  e.prorrogacao_maxima_minutos AS "prorrogacaoMaximaMinutos",
  CASE e.ocupa WHEN 'TODAS' THEN 1
    ELSE (SELECT count(*)::int FROM espaco_unidades u WHERE u.espaco_id = e.id) END AS unidades,
  ARRAY(SELECT p.parte_id FROM espaco_partes p WHERE p.espaco_id = e.id ORDER BY p.parte_id) AS partes, 'BRL' AS moeda,
  to_char(e.alterado_em AT TIME ZONE 'UTC', E'YYYY-MM-DD"T"HH24\x3AMI\x3ASS.MS"Z"') AS "alteradoEm" FROM espacos e WHERE e.id = :espaco;
INSERT INTO idempotencia (chave, hash, status, corpo) VALUES (:chave, 'a22ab1f33d7a4e6293ecd13ada080679fb5b2e1eef3e8df3c4cee0bfb613716f', 201, :resposta);
COMMIT;
SELECT pg_notify(channel, '32868900-835d-4036-95ea-cfd771eaa3d7') FROM unnest('{outbox}'::text[]) AS channel;
SELECT pg_notify(channel, '32868900-835d-4036-95ea-cfd771eaa3d7') FROM unnest('{outbox}'::text[]) AS channel;
