import type { EspacoHttp } from '@plataforma/contracts';
import type { Database } from '@plataforma/platform';

/** A row of `espacos e` as the API gives it, and as its version keeps it. */
export const ESPACO_COLUMNS = `
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
  EXISTS (SELECT FROM espaco_acessos a WHERE a.espaco_id = e.id AND (a.ver IS NOT NULL OR a.reservar IS NOT NULL
    OR a.sem_aprovacao IS NOT NULL OR a.administrar <> '{}')) AS restrito,
  to_char(e.alterado_em AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "alteradoEm"`;

/** Of the catalogue as it is now, whatever the space's state; undefined when there is none. */
export async function lerEspaco(database: Database, id: string): Promise<EspacoHttp | undefined> {
  const [row] = await database.query<EspacoHttp>(`SELECT ${ESPACO_COLUMNS} FROM espacos e WHERE e.id = $1`, [id]);
  return row;
}
