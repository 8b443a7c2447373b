import type { FiltroDaLinhaHttp, MomentoDaLinhaHttp, ParteDaLinhaHttp } from '@plataforma/contracts';
import { marcoLido } from '@plataforma/contracts';
import type { Database } from '@plataforma/platform';

/** Of an event's data what may be shown to the house, and fits on a line. */
const MOSTRADOS = [
  'reservaId',
  'cobrancaId',
  'pagamentoId',
  'estornoId',
  'disputaId',
  'notificacaoId',
  'parcela',
  'finalidade',
  'valorCentavos',
  'pagoCentavos',
  'reembolsoCentavos',
  'diferencaCentavos',
  'sinalCentavos',
  'inicio',
  'fim',
  'expiraEm',
  'motivo',
  'metodo',
  'origem',
  'situacao',
  'tipo',
  'canal',
  'requerAprovacao',
  'conferindo',
] as const;

/**
 * Rows of `eventos e` as moments, for a UNION with what else a service knows: columns em, id, especie, tipo, dados,
 * rastro and correlacao.
 */
export const MOMENTOS_DE_EVENTOS = `
  SELECT e.ocorrido_em AS em, e.id::text AS id, CASE WHEN e.tipo ~ '^(cobranca|estorno)\\.' THEN 'COMANDO' ELSE 'EVENTO' END AS especie,
         e.tipo, (SELECT coalesce(jsonb_object_agg(d.key, d.value), '{}') FROM jsonb_each(e.dados) d
                   WHERE d.key = ANY(ARRAY['${MOSTRADOS.join("','")}']) AND jsonb_typeof(d.value) IN ('string', 'number', 'boolean')) AS dados,
         split_part(e.metadados ->> 'traceparent', '-', 2) AS rastro, e.metadados ->> 'correlationid' AS correlacao
    FROM eventos e`;

interface Row extends Pick<MomentoDaLinhaHttp, 'id' | 'especie' | 'tipo' | 'dados'> {
  readonly em: Date;
  readonly rastro: string | null;
  readonly correlacao: string | null;
}

/**
 * A page of moments in the order in which they happened, to the millisecond.
 * @param sql that gives the columns of `MOMENTOS_DE_EVENTOS`, and takes `parametros`
 */
export async function momentos(
  database: Database,
  origem: MomentoDaLinhaHttp['origem'],
  { cursor, limite }: FiltroDaLinhaHttp,
  sql: string,
  parametros: readonly unknown[],
): Promise<Pick<ParteDaLinhaHttp, 'itens' | 'mais'>> {
  const [em, id] = marcoLido(cursor) ?? [null, null];
  const n = parametros.length;
  const rows = await database.read<Row>(
    `SELECT * FROM (SELECT date_trunc('milliseconds', m.em) AS em, m.id COLLATE "C" AS id, m.especie, m.tipo, m.dados, m.rastro, m.correlacao
                      FROM (${sql}) m) l
      WHERE $${n + 1}::timestamptz IS NULL OR (l.em, l.id) > ($${n + 1}::timestamptz, $${n + 2}::text COLLATE "C")
      ORDER BY l.em, l.id LIMIT $${n + 3}`,
    [...parametros, em, id, limite + 1],
  );
  return {
    itens: rows.slice(0, limite).map(({ em: quando, rastro, correlacao, ...resto }) => ({
      ...resto,
      em: quando.toISOString(),
      origem,
      rastroId: rastro || null,
      correlacaoId: correlacao,
    })),
    mais: rows.length > limite,
  };
}
