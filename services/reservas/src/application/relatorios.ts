import { setImmediate } from 'node:timers/promises';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type {
  FiltroDeOcupacaoHttp,
  FiltroDeRelatorioHttp,
  LinhaDeAntecedenciaHttp,
  LinhaDeAusenciasHttp,
  LinhaDeCancelamentosHttp,
  LinhaDeOcupacaoHttp,
  LinhaDeReceitaHttp,
} from '@plataforma/contracts';
import { Database, Folego } from '@plataforma/platform';
import { Temporal } from 'temporal-polyfill';
import { formaDoLugar } from '../domain/forma-de-busca.js';
import { unir } from '../domain/disponibilidade.js';
import { EspacoInexistente } from '../domain/errors.js';
import type { Espaco, Funcionamento } from '../domain/espaco.js';
import {
  acrescentarFatia,
  type Bloqueado,
  limitesDosDias,
  NENHUMA_OCUPACAO,
  type Ocupacao,
  type OcupacaoDaHora,
  somar,
  taxaDeOcupacao,
} from '../domain/ocupacao.js';
import type { Intervalo } from '../domain/periodo-reserva.js';
import { intervalosAbertos } from '../domain/abertura.js';
import { type FatiaDoRelogio, fatiasDoRelogio } from '../domain/orcamento.js';
import { EspacoRepository } from './ports.js';

export type FiltroDeRelatorio = Pick<FiltroDeRelatorioHttp, 'de' | 'ate' | 'espacoId'>;

const ESPACOS_POR_VEZ = 100;
const DIAS_POR_VEZ = 31;
const HORAS = Array.from({ length: 24 }, (_, hora) => `${String(hora).padStart(2, '0')}:00`);

/**
 * The bookings of spaces $1 that start on the local days, from $3 on, that $2 bounds in each zone: when the days start is
 * reckoned here as everywhere else, never by what PostgreSQL knows of zones.
 */
const RESERVAS = `
  jsonb_to_recordset($2::jsonb) AS z(fuso text, limites timestamptz[]) JOIN espacos e USING (fuso)
    JOIN reservas r ON r.espaco_id = e.id AND r.inicio >= z.limites[1] AND r.inicio < z.limites[cardinality(z.limites)]
  WHERE e.id = ANY($1) AND $3::date IS NOT NULL`;
const ESPACO = 'e.id AS "espacoId", e.nome AS espaco';
/** A booking that was paid, or that was confirmed without having to be. */
const PAGA = `(r.status IN ('CONFIRMADA', 'CONCLUIDA', 'NAO_COMPARECEU') OR r.pagamento_id IS NOT NULL)`;
/** Whole days of lead time at which the classes of `antecedencia` begin. */
const CLASSES = [0, 1, 2, 4, 8, 15, 31, 61];

interface EspacoDoRelatorio {
  readonly id: string;
  readonly fuso: string;
}

/** A local day, cut where the hours begin, or whole. */
interface DiaCortado extends Intervalo {
  readonly fatias: readonly FatiaDoRelogio[];
}

/** When a space was open, by what it said until `ate`; the last has no end. */
interface Funcionou extends Omit<Funcionamento, 'fuso'> {
  readonly ate: Date | null;
}

/** A space that shares units with another, and how many of them one of its bookings takes. */
interface Vizinho {
  readonly id: string;
  readonly unidades: number;
  readonly duracaoMaximaMinutos: number;
}

/*
 * What admins ask about the past and the near future. Rows come space by space, so that a whole year of all of them
 * streams; straight SQL, from a replica when there is one.
 */

export class RelatarReceita extends Query<AsyncIterable<LinhaDeReceitaHttp>> {
  constructor(readonly filtro: FiltroDeRelatorio) {
    super();
  }
}

@QueryHandler(RelatarReceita)
export class RelatarReceitaHandler implements IQueryHandler<RelatarReceita> {
  constructor(private readonly database: Database) {}

  /** Price, refunds and what was kept, by space and day. @throws EspacoInexistente */
  execute({ filtro }: RelatarReceita): Promise<AsyncIterable<LinhaDeReceitaHttp>> {
    return inBatches<LinhaDeReceitaHttp>(
      this.database,
      filtro,
      `SELECT ${ESPACO}, ($3::date + width_bucket(r.inicio, z.limites) - 1)::text AS dia, count(*)::int AS reservas,
              sum(r.valor_centavos)::float8 AS "precoCentavos", sum(r.reembolso_centavos)::float8 AS "reembolsosCentavos",
              sum(r.pago_centavos)::float8 AS "retidoCentavos", sum(r.perdido_centavos)::float8 AS "perdidoCentavos",
              sum(r.retido_centavos)::float8 AS "emDisputaCentavos"
         FROM ${RESERVAS} AND ${PAGA} GROUP BY e.id, dia ORDER BY e.nome_ordenado, e.id, dia`,
    );
  }
}

export class RelatarCancelamentos extends Query<AsyncIterable<LinhaDeCancelamentosHttp>> {
  constructor(readonly filtro: FiltroDeRelatorio) {
    super();
  }
}

@QueryHandler(RelatarCancelamentos)
export class RelatarCancelamentosHandler implements IQueryHandler<RelatarCancelamentos> {
  constructor(private readonly database: Database) {}

  /** Why bookings were cancelled, by space. @throws EspacoInexistente */
  execute({ filtro }: RelatarCancelamentos): Promise<AsyncIterable<LinhaDeCancelamentosHttp>> {
    return inBatches<LinhaDeCancelamentosHttp>(
      this.database,
      filtro,
      `SELECT ${ESPACO}, r.motivo, count(*)::int AS reservas, sum(r.valor_centavos)::float8 AS "precoCentavos",
              sum(r.reembolso_centavos)::float8 AS "reembolsosCentavos"
         FROM ${RESERVAS} AND r.status = 'CANCELADA' GROUP BY e.id, r.motivo ORDER BY e.nome_ordenado, e.id, r.motivo`,
    );
  }
}

export class RelatarAusencias extends Query<AsyncIterable<LinhaDeAusenciasHttp>> {
  constructor(readonly filtro: FiltroDeRelatorio) {
    super();
  }
}

@QueryHandler(RelatarAusencias)
export class RelatarAusenciasHandler implements IQueryHandler<RelatarAusencias> {
  constructor(private readonly database: Database) {}

  /** Who came and who did not, by space. @throws EspacoInexistente */
  execute({ filtro }: RelatarAusencias): Promise<AsyncIterable<LinhaDeAusenciasHttp>> {
    return inBatches<LinhaDeAusenciasHttp>(
      this.database,
      filtro,
      `SELECT ${ESPACO}, count(*) FILTER (WHERE r.status = 'CONCLUIDA')::int AS concluidas,
              count(*) FILTER (WHERE r.status = 'NAO_COMPARECEU')::int AS ausencias,
              avg((r.status = 'NAO_COMPARECEU')::int)::float8 AS taxa
         FROM ${RESERVAS} AND r.status IN ('CONCLUIDA', 'NAO_COMPARECEU') GROUP BY e.id ORDER BY e.nome_ordenado, e.id`,
    );
  }
}

export class RelatarAntecedencia extends Query<AsyncIterable<LinhaDeAntecedenciaHttp>> {
  constructor(readonly filtro: FiltroDeRelatorio) {
    super();
  }
}

@QueryHandler(RelatarAntecedencia)
export class RelatarAntecedenciaHandler implements IQueryHandler<RelatarAntecedencia> {
  constructor(private readonly database: Database) {}

  /** How long before their start bookings that stand were made, by space. @throws EspacoInexistente */
  execute({ filtro }: RelatarAntecedencia): Promise<AsyncIterable<LinhaDeAntecedenciaHttp>> {
    return inBatches<LinhaDeAntecedenciaHttp>(
      this.database,
      filtro,
      `SELECT "espacoId", espaco, ($4::int[])[classe] AS "deDias", ($4::int[])[classe + 1] - 1 AS "ateDias", reservas
         FROM (SELECT ${ESPACO}, e.nome_ordenado, count(*)::int AS reservas,
                      width_bucket(greatest(0, floor(extract(epoch FROM r.inicio - r.criada_em) / 86400))::int, $4::int[]) AS classe
                 FROM ${RESERVAS} AND r.status <> 'CANCELADA' GROUP BY e.id, classe) AS contagem
        ORDER BY nome_ordenado, "espacoId", classe`,
      [CLASSES],
    );
  }
}

export class RelatarOcupacao extends Query<AsyncIterable<LinhaDeOcupacaoHttp>> {
  constructor(
    readonly filtro: FiltroDeRelatorio,
    readonly por: FiltroDeOcupacaoHttp['por'],
  ) {
    super();
  }
}

@QueryHandler(RelatarOcupacao)
export class RelatarOcupacaoHandler implements IQueryHandler<RelatarOcupacao> {
  constructor(
    private readonly database: Database,
    private readonly espacos: EspacoRepository,
  ) {}

  /**
   * How much of the time that it was open and not blocked each space was used, by space, day or hour of day.
   * @throws EspacoInexistente
   */
  async execute({ filtro, por }: RelatarOcupacao): Promise<AsyncIterable<LinhaDeOcupacaoHttp>> {
    const espacos = await spacesOf(this.database, filtro);
    const load = async (id: string) => (await this.espacos.load(id)).espaco;
    const days = (espaco: Espaco) => this.occupationByDay(espaco, filtro, por === 'hora' ? HORAS : []);
    return (async function* () {
      for (const { id } of espacos) {
        const espaco = await load(id);
        if (por === 'espaco') yield await total(espaco, days(espaco));
        else
          for await (const { hora, ...linha } of days(espaco)) yield { ...linha, hora: por === 'hora' ? hora : null };
      }
    })();
  }

  private async *occupationByDay(
    espaco: Espaco,
    { de, ate }: FiltroDeRelatorio,
    horas: readonly string[],
  ): AsyncGenerator<LinhaDeOcupacaoHttp> {
    const vizinhos = await this.sharersOf(espaco);
    const fim = Temporal.PlainDate.from(ate).add({ days: 1 });
    const funcionou = await this.hoursOf(espaco);
    const feriados = await this.holidaysOf(espaco, de, ate);
    const folego = new Folego();
    const em = (dia: Temporal.PlainDate) => dia.toZonedDateTime(espaco.fuso).epochMilliseconds;
    for (let dia = Temporal.PlainDate.from(de); Temporal.PlainDate.compare(dia, fim) < 0;) {
      const adiante = dia.add({ days: DIAS_POR_VEZ });
      const limite = Temporal.PlainDate.compare(adiante, fim) < 0 ? adiante : fim;
      const trecho = { inicio: em(dia), fim: em(limite) };
      const dias: DiaCortado[] = [];
      for (; Temporal.PlainDate.compare(dia, limite) < 0; dia = dia.add({ days: 1 })) {
        const janela = { inicio: em(dia), fim: em(dia.add({ days: 1 })) };
        dias.push({ ...janela, fatias: fatiasDoRelogio(horas, espaco.fuso, janela) });
        await folego.take();
      }
      const cortes = dias.flatMap(({ fatias }) => fatias.map(({ inicio }) => inicio));
      const usados = await this.usesOf(vizinhos, [...cortes, trecho.fim]);
      const bloqueios = await this.blackoutsOf(espaco, trecho);
      for (const janela of dias) {
        const entao = funcionou.find((um) => um.ate === null || um.ate.getTime() >= janela.fim);
        const abertos = unir(intervalosAbertos({ ...espaco, ...entao, feriados }, janela));
        const fechados = bloqueios.filter(({ inicio, fim }) => inicio < janela.fim && fim > janela.inicio);
        const linhas = new Map<string, OcupacaoDaHora>();
        for (const fatia of janela.fatias) {
          const daFatia = { abertos, bloqueios: fechados, usados: usados.shift() ?? 0 };
          acrescentarFatia(linhas, espaco, fatia, daFatia, horas.length > 0);
          await folego.take();
        }
        for (const { data, hora, ...ocupacao } of linhas.values()) yield linhaDeOcupacao(espaco, data, hora, ocupacao);
      }
    }
  }

  /** In order; before its first version a space is taken to have been open as that says. */
  private hoursOf({ id }: Espaco): Promise<Funcionou[]> {
    return this.database.read<Funcionou>(
      `SELECT regras -> 'horarios' AS horarios, regras -> 'excecoes' AS excecoes,
              regras -> 'horariosEmFeriado' AS "horariosEmFeriado", lead(desde) OVER (ORDER BY versao) AS ate
         FROM espaco_versoes WHERE espaco_id = $1 ORDER BY versao`,
      [id],
    );
  }

  /** From the day before on, whose opening may cross midnight. */
  private async holidaysOf({ cidade }: Espaco, de: string, ate: string): Promise<string[]> {
    const rows = await this.database.read<{ data: string }>(
      `SELECT data::text FROM feriados WHERE (cidade IS NULL OR cidade_buscada = $1) AND data BETWEEN $2::date - 1 AND $3`,
      [formaDoLugar(cidade), de, ate],
    );
    return rows.map(({ data }) => data);
  }

  /** What was or is taken away from its units; what is taken of many at once is one. */
  private async blackoutsOf({ unidades }: Espaco, { inicio, fim }: Intervalo): Promise<Bloqueado[]> {
    const rows = await this.database.read<{ inicio: Date; fim: Date; unidades: number }>(
      `SELECT lower(o.periodo) AS inicio, upper(o.periodo) AS fim, count(*)::int AS unidades
         FROM unnest($1::uuid[]) AS u(id) JOIN ocupacoes o ON o.unidade_id = u.id AND o.periodo && tstzrange($2, $3)
        WHERE o.origem = 'BLOQUEIO' GROUP BY o.periodo`,
      [unidades, new Date(inicio), new Date(fim)],
    );
    return rows.map((row) => ({ inicio: row.inicio.getTime(), fim: row.fim.getTime(), unidades: row.unidades }));
  }

  /**
   * The spaces that share units with this one (a hall and its halves), itself included, and how many of its units a
   * booking of each takes: all of the shared ones when it takes all of its own, else its one unit's chance to be shared.
   */
  private sharersOf({ id }: Espaco): Promise<Vizinho[]> {
    return this.database.read<Vizinho>(
      `SELECT e.id, e.duracao_maxima_minutos AS "duracaoMaximaMinutos",
              CASE e.ocupa WHEN 'TODAS' THEN comuns ELSE comuns / proprias END AS unidades
         FROM (SELECT o.espaco_id, count(a.unidade_id)::float8 AS comuns, count(*)::float8 AS proprias
                 FROM espaco_unidades o
                 LEFT JOIN espaco_unidades a ON a.unidade_id = o.unidade_id AND a.espaco_id = $1
                GROUP BY o.espaco_id) AS relacao
         JOIN espacos e ON e.id = relacao.espaco_id
        WHERE comuns > 0`,
      [id],
    );
  }

  /**
   * Minutes, times units, that confirmed and past bookings took between each of these instants (ms) and the next. Counted
   * where they are: a room of five hundred desks has more of them in a month than anybody would want to be handed. Starts
   * are bounded from below too, so that the index serves.
   */
  private async usesOf(vizinhos: readonly Vizinho[], cortes: readonly number[]): Promise<number[]> {
    const maisLonga = Math.max(
      // Local days may be longer than 24 hours.
      (DIAS_POR_VEZ + 1) * 24 * 60,
      ...vizinhos.map((vizinho) => vizinho.duracaoMaximaMinutos),
    );
    const rows = await this.database.read<{ fatia: number; minutos: number }>(
      `SELECT fatia, sum(v.unidades * extract(epoch FROM least(r.fim, l[fatia + 1]) - greatest(r.inicio, l[fatia]))::float8 / 60) AS minutos
         FROM (SELECT $3::timestamptz[] AS l) limites, unnest($1::uuid[], $2::float8[]) AS v(id, unidades)
         JOIN reservas r ON r.espaco_id = v.id AND r.status IN ('CONFIRMADA', 'CONCLUIDA')
          AND r.inicio >= $4::timestamptz - make_interval(mins => $6) AND r.inicio < $5 AND r.fim > $4
        CROSS JOIN LATERAL generate_series(greatest(1, width_bucket(r.inicio, l)),
                                           least(cardinality(l) - 1, width_bucket(r.fim - interval '1 microsecond', l))) AS fatia
        GROUP BY fatia`,
      [
        vizinhos.map(({ id }) => id),
        vizinhos.map(({ unidades }) => unidades),
        cortes.map((corte) => new Date(corte)),
        new Date(cortes[0] ?? 0),
        new Date(cortes.at(-1) ?? 0),
        maisLonga,
      ],
    );
    const minutos = new Map(rows.map((row) => [row.fatia, row.minutos]));
    return cortes.slice(1).map((_, n) => minutos.get(n + 1) ?? 0);
  }
}

async function inBatches<Linha>(
  database: Database,
  filtro: FiltroDeRelatorio,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<AsyncIterable<Linha>> {
  const espacos = await spacesOf(database, filtro);
  const read = async (lote: readonly EspacoDoRelatorio[]) => {
    const fusos = new Set(lote.map(({ fuso }) => fuso));
    const limites = [];
    for (const fuso of fusos) {
      limites.push({ fuso, limites: limitesDosDias(fuso, filtro) });
      // A year of days takes a few ms a zone; others may have their turn.
      if (fusos.size > 1) await setImmediate();
    }
    const doLote = lote.map(({ id }) => id);
    return database.read<Linha>(sql, [doLote, JSON.stringify(limites), filtro.de, ...parameters]);
  };
  return (async function* () {
    for (let i = 0; i < espacos.length; i += ESPACOS_POR_VEZ) yield* await read(espacos.slice(i, i + ESPACOS_POR_VEZ));
  })();
}

/** The spaces of the report, by name; read before the first row, so that a wrong id is still an error answer. */
async function spacesOf(database: Database, { espacoId }: FiltroDeRelatorio): Promise<EspacoDoRelatorio[]> {
  const rows = await database.read<EspacoDoRelatorio>(
    'SELECT id, fuso FROM espacos WHERE $1::uuid IS NULL OR id = $1 ORDER BY nome_ordenado, id',
    [espacoId ?? null],
  );
  if (espacoId !== undefined && rows.length === 0) throw new EspacoInexistente();
  return rows;
}

const linhaDeOcupacao = (
  { id, nome }: Pick<Espaco, 'id' | 'nome'>,
  dia: string | null,
  hora: number | null,
  ocupacao: Ocupacao,
): LinhaDeOcupacaoHttp => ({ espacoId: id, espaco: nome, dia, hora, ...ocupacao, taxa: taxaDeOcupacao(ocupacao) });

async function total(espaco: Espaco, dias: AsyncIterable<LinhaDeOcupacaoHttp>): Promise<LinhaDeOcupacaoHttp> {
  let soma = NENHUMA_OCUPACAO;
  for await (const dia of dias) soma = somar(soma, dia);
  return linhaDeOcupacao(espaco, null, null, soma);
}
