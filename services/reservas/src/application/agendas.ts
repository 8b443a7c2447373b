import { Injectable } from '@nestjs/common';
import { Database, Folego } from '@plataforma/platform';
import type { Agenda } from '../domain/agenda.js';
import type { Ocupacao } from '../domain/disponibilidade.js';
import { JanelaGrandeDemais } from '../domain/errors.js';
import type { Espaco } from '../domain/espaco.js';
import { DIA_MS, type Intervalo, MINUTO_MS } from '../domain/periodo-reserva.js';
import { intervalosAbertos } from '../domain/abertura.js';
import { EspacoRepository } from './ports.js';

/** A space and the database's clock (ms) when it was read. */
interface EspacoLido {
  readonly espaco: Espaco;
  readonly agora: number;
}

/** How much one space's window may hold: half a year of a busy room, or a day of five hundred desks. */
const MAX_OCUPACOES = 20_000;

interface Row {
  unidade_id: string;
  origem: Ocupacao['origem'];
  reserva_id: string | null;
  inicio: Date;
  fim: Date;
  util_inicio: Date;
  util_fim: Date;
}

/**
 * Reads agendas: one range query for all the spaces that are asked for, whose cost is that of the rows in the window.
 * Each unit is looked up by itself, so that the constraint's index serves unit and range both.
 */
@Injectable()
export class Agendas {
  constructor(
    private readonly database: Database,
    private readonly espacos: EspacoRepository,
  ) {}

  /**
   * Of a space that was just read; from a replica when there is one.
   * @param menos the booking of which nothing counts
   * @throws JanelaGrandeDemais
   */
  async of({ espaco, agora }: EspacoLido, janela: Intervalo, menos?: string): Promise<Agenda> {
    const rows = await this.read([espaco], janela, MAX_OCUPACOES + 1);
    if (rows.length > MAX_OCUPACOES)
      throw new JanelaGrandeDemais(Math.max(1, Math.floor((janela.fim - janela.inicio) / DIA_MS / 2)));
    const outras = menos === undefined ? rows : rows.filter(({ reserva_id }) => reserva_id !== menos);
    return agendaDe(espaco, agora, janela, outras);
  }

  /** Those of the spaces that exist, in the order of `ids`; from a replica when there is one. */
  async ofMany(ids: readonly string[], janela: Intervalo): Promise<Agenda[]> {
    if (ids.length === 0) return [];
    const { espacos, agora } = await this.espacos.loadMany(ids);
    const rows = await this.read(espacos, janela);
    return agendasDe(espacos, agora, janela, rows);
  }

  /** From the primary, with what of each occupation is really used and what are buffers. */
  async inDetail({ espaco, agora }: EspacoLido, janela: Intervalo): Promise<Agenda> {
    const [agenda] = await this.manyInDetail({ espacos: [espaco], agora }, janela);
    if (!agenda) throw new Error('a agenda de um espaço lido existe');
    return agenda;
  }

  /** The same of several spaces, in their order. */
  async manyInDetail(
    { espacos, agora }: { readonly espacos: readonly Espaco[]; readonly agora: number },
    janela: Intervalo,
  ): Promise<Agenda[]> {
    const rows = await this.database.query<Row>(
      `SELECT o.*, CASE WHEN dentro THEN r.inicio ELSE o.inicio END AS util_inicio,
              CASE WHEN dentro THEN r.fim ELSE o.fim END AS util_fim
         FROM (${OCUPACOES}) o LEFT JOIN reservas r ON r.id = o.reserva_id
         -- A booking that is being moved also occupies a time that is not yet its own.
        CROSS JOIN LATERAL (SELECT coalesce(r.inicio >= o.inicio AND r.fim <= o.fim, false) AS dentro) d`,
      parametersFor(espacos, janela),
    );
    return agendasDe(espacos, agora, janela, rows);
  }

  private read(espacos: readonly Espaco[], janela: Intervalo, limit: number | null = null): Promise<Row[]> {
    return this.database.query<Row>(
      `SELECT o.*, inicio AS util_inicio, fim AS util_fim FROM (${OCUPACOES}) o LIMIT $4`,
      [...parametersFor(espacos, janela), limit],
    );
  }
}

/** OFFSET 0 keeps the planner from turning the lookups into a scan of all that happens in the window. */
export const OCUPACOES = `
  SELECT o.unidade_id, o.origem, o.reserva_id, lower(o.periodo) AS inicio, upper(o.periodo) AS fim
    FROM unnest($1::uuid[]) AS u(id)
   CROSS JOIN LATERAL (
     SELECT * FROM ocupacoes
      WHERE unidade_id = u.id
        AND periodo && tstzrange(to_timestamp($2::float8 / 1000), to_timestamp($3::float8 / 1000)) OFFSET 0) o`;

/** Buffers of the booking to be reach out of the window. */
const parametersFor = (espacos: readonly Espaco[], { inicio, fim }: Intervalo): unknown[] => [
  [...new Set(espacos.flatMap(({ unidades }) => unidades))],
  inicio - Math.max(0, ...espacos.map(({ folgaAntesMinutos }) => folgaAntesMinutos)) * MINUTO_MS,
  fim + Math.max(0, ...espacos.map(({ folgaDepoisMinutos }) => folgaDepoisMinutos)) * MINUTO_MS,
];

/** One after the other, with time for others in between: there may be a hundred, open in many ways. */
async function agendasDe(
  espacos: readonly Espaco[],
  agora: number,
  janela: Intervalo,
  rows: readonly Row[],
): Promise<Agenda[]> {
  const porUnidade = new Map<string, Row[]>(espacos.flatMap(({ unidades }) => unidades.map((id) => [id, []])));
  for (const row of rows) porUnidade.get(row.unidade_id)?.push(row);
  const agendas: Agenda[] = [];
  const folego = new Folego();
  for (const espaco of espacos) {
    const dela = espaco.unidades.flatMap((unidade) => porUnidade.get(unidade) ?? []);
    agendas.push(agendaDe(espaco, agora, janela, dela));
    await folego.take();
  }
  return agendas;
}

function agendaDe(espaco: Espaco, agora: number, janela: Intervalo, rows: readonly Row[]): Agenda {
  const porUnidade = new Map<string, Ocupacao[]>(espaco.unidades.map((unidade) => [unidade, []]));
  for (const row of rows)
    porUnidade.get(row.unidade_id)?.push({
      inicio: row.inicio.getTime(),
      fim: row.fim.getTime(),
      origem: row.origem,
      util: { inicio: row.util_inicio.getTime(), fim: row.util_fim.getTime() },
    });
  return { espaco, agora, abertos: intervalosAbertos(espaco, janela), ocupados: [...porUnidade.values()] };
}
