import { type IQueryHandler, Query, QueryBus, QueryHandler } from '@nestjs/cqrs';
import {
  type DisponibilidadeHttp,
  type EspacoHttp,
  type EspacosHttp,
  pode,
  type UnidadesHttp,
  type VersoesDoEspacoHttp,
  type VizinhosDoEspacoHttp,
} from '@plataforma/contracts';
import { Database, decodeCursor, encodeCursor, Folego, pageOf, type Usuario } from '@plataforma/platform';
import { z } from 'zod';
import { permite, type Vista } from '../domain/acesso.js';
import { type Agenda, horariosNaAgenda, livresNaAgenda, verificarAgenda } from '../domain/agenda.js';
import { EspacoInexistente, ErroDeReserva } from '../domain/errors.js';
import { formaDeOrdem, formaDoLugar, padroesDe } from '../domain/forma-de-busca.js';
import type { Espaco } from '../domain/espaco.js';
import { orcarEstada } from '../domain/orcamento.js';
import { DIA_MS, type Intervalo, MINUTO_MS, type PeriodoReserva } from '../domain/periodo-reserva.js';
import { Acessos, espacosQue } from './acessos.js';
import { Agendas } from './agendas.js';
import { Copias } from './copias.js';
import { ESPACO_COLUMNS, lerEspaco } from './ler-espaco.js';
import { EspacoRepository } from './ports.js';

/** Free for the whole period, or for `minutos` somewhere within it. */
export interface FiltroDeTempo {
  readonly periodo: PeriodoReserva;
  readonly minutos?: number | undefined;
}

export interface FiltroDeEspacos {
  readonly situacao: EspacoHttp['situacao'];
  readonly cidade?: string | undefined;
  readonly tipo?: string | undefined;
  readonly capacidade?: number | undefined;
  readonly recursos?: readonly string[] | undefined;
  readonly precoMaximoCentavos?: number | undefined;
  readonly texto?: string | undefined;
  readonly livre?: FiltroDeTempo | undefined;
  readonly ids?: readonly string[] | undefined;
  /** Of whom: only what they may see is found, or what they may book. */
  readonly vista: Vista;
  readonly para?: 'ver' | 'reservar' | undefined;
  readonly cursor?: string | undefined;
  readonly limite: number;
}

export const LIMITE_PADRAO = 20;
/** Starts in one answer of the availability. */
export const MAX_INICIOS = 3_000;
/** Of so many of them the price is told. */
const MAX_PRECOS = 500;
/** How many spaces are looked at for a page at most, and how many at a time, when only free ones are wanted. */
const MAX_CANDIDATOS = 300;
const LOTE = 60;

/** What a page holds at most, characters of JSON: a space may have 100,000, and a page of those would hold everybody up. */
const MAX_PAGINA = 1_000_000;

/** How many of the first of them fit on a page: one at least. */
function quantosCabem(itens: readonly object[]): number {
  let resta = MAX_PAGINA;
  const demais = itens.findIndex((item) => (resta -= JSON.stringify(item).length) < 0);
  return demais < 0 ? itens.length : Math.max(1, demais);
}

/** What a search may be narrowed by, besides the state of a space. */
const FILTROS = ['cidade', 'tipo', 'capacidade', 'recursos', 'precoMaximoCentavos', 'texto', 'livre'] as const;

const iso = (ms: number): string => new Date(ms).toISOString();

/* Reads of the catalogue: straight SQL, from a replica when there is one. */

export class ListarEspacos extends Query<EspacosHttp> {
  /** @param usuario who asks: only what they may see is found */
  constructor(
    readonly filtro: Omit<FiltroDeEspacos, 'vista'>,
    readonly usuario: Usuario | undefined,
  ) {
    super();
  }
}

@QueryHandler(ListarEspacos)
export class ListarEspacosHandler implements IQueryHandler<ListarEspacos> {
  constructor(
    private readonly database: Database,
    private readonly agendas: Agendas,
    private readonly copias: Copias,
    private readonly acessos: Acessos,
  ) {}

  /**
   * Spaces by name, in pages. With `livre`, a page is of bounded work: it may hold fewer than asked for, none even,
   * and still have a next one. @throws Problem 400 for a foreign cursor
   */
  async execute({ filtro: pedido, usuario }: ListarEspacos): Promise<EspacosHttp> {
    const { situacao, limite, cursor, ...resto } = pedido;
    const vista = await this.acessos.vista(usuario);
    const filtro = { ...pedido, vista };
    const publica = !vista.tudo && vista.grupos.length === 0;
    const padrao = publica && situacao === 'PUBLICADO' && limite === LIMITE_PADRAO && cursor === undefined;
    if (padrao && Object.values(resto).every((valor) => valor === undefined))
      // From the primary: a lagging replica would bring back what was evicted.
      return this.copias.firstPage(() => this.database.transaction(() => this.search(filtro)));
    const pagina = await this.search(filtro);
    const nada = pagina.itens.length === 0 && pagina.proximo === null && cursor === undefined;
    return nada ? { ...pagina, ...(await this.withOneFilterLess(filtro)) } : pagina;
  }

  private async search(filtro: FiltroDeEspacos): Promise<EspacosHttp> {
    const { livre, cursor, limite } = filtro;
    const tamanho = livre ? LOTE : limite + 1;
    const itens: EspacosHttp['itens'] = [];
    let proximo = cursor ?? null;
    for (let vistos = 0; vistos < MAX_CANDIDATOS; vistos += tamanho) {
      const candidatos = await this.candidates(filtro, proximo, tamanho);
      const livres = livre ? await this.free(candidatos, livre) : candidatos;
      const quantos = Math.min(limite, quantosCabem([...itens, ...livres]));
      const cabem = livres.slice(0, Math.max(0, quantos - itens.length));
      itens.push(...cabem);
      if (cabem.length < livres.length) return { itens, proximo: cursorDe(itens.at(-1)) };
      if (candidatos.length < tamanho) return { itens, proximo: null };
      proximo = cursorDe(candidatos.at(-1));
    }
    return { itens, proximo };
  }

  /** Of each filter, what would be found without it among the first few that could be. */
  private async withOneFilterLess(filtro: FiltroDeEspacos): Promise<Pick<EspacosHttp, 'semUmFiltro'>> {
    const semUmFiltro: NonNullable<EspacosHttp['semUmFiltro']> = [];
    for (const nome of FILTROS.filter((nome) => filtro[nome] !== undefined)) {
      const resto: FiltroDeEspacos = { ...filtro, [nome]: undefined };
      const candidatos = await this.candidates(resto, null, resto.livre ? LOTE : LIMITE_PADRAO);
      const livres = resto.livre ? await this.free(candidatos, resto.livre) : candidatos;
      const aoMenos = Math.min(livres.length, LIMITE_PADRAO);
      if (aoMenos > 0) semUmFiltro.push({ filtro: nome === 'livre' ? 'livreDe' : nome, aoMenos });
    }
    return semUmFiltro.length > 0 ? { semUmFiltro } : {};
  }

  private async candidates(filtro: FiltroDeEspacos, depoisDe: string | null, limite: number): Promise<EspacoHttp[]> {
    const achados = filtro.texto === undefined ? undefined : await this.withTheWords(filtro);
    const { sql, parametros } = consultaDeEspacos(filtro, depoisDe, limite, achados);
    return achados?.length === 0 ? [] : this.database.read<EspacoHttp>(sql, parametros);
  }

  /**
   * Ids of all that are found, when they are not many. PostgreSQL takes words for independent of each other and of the
   * names, and would go through all names for those that hardly any space has.
   */
  private async withTheWords(filtro: FiltroDeEspacos): Promise<string[] | undefined> {
    const { sql, parametros } = achadosPorPalavras(filtro);
    const rows = await this.database.read<{ id: string }>(sql, parametros);
    return rows.length > MAX_ACHADOS ? undefined : rows.map(({ id }) => id);
  }

  private async free(candidatos: readonly EspacoHttp[], livre: FiltroDeTempo): Promise<EspacosHttp['itens']> {
    const agendas = await this.agendas.ofMany(
      candidatos.map(({ id }) => id),
      livre.periodo,
    );
    const livres = await ondeEstaLivre(agendas, livre);
    // What some minutes somewhere in a period cost depends on which.
    if (livre.minutos !== undefined) return candidatos.filter(({ id }) => livres.has(id));
    const precos = new Map(
      agendas
        .filter(({ espaco }) => livres.has(espaco.id))
        .map(({ espaco, agora }) => [espaco.id, precoDe(espaco, livre.periodo, agora)]),
    );
    return candidatos
      .filter(({ id }) => livres.has(id))
      .map((candidato) => ({ ...candidato, precoCentavos: precos.get(candidato.id) ?? null }));
  }
}

export class ConsultarEspaco extends Query<EspacoHttp> {
  constructor(
    readonly id: string,
    readonly usuario: Usuario | undefined,
  ) {
    super();
  }
}

@QueryHandler(ConsultarEspaco)
export class ConsultarEspacoHandler implements IQueryHandler<ConsultarEspaco> {
  constructor(
    private readonly database: Database,
    private readonly copias: Copias,
    private readonly acessos: Acessos,
  ) {}

  /**
   * Drafts and archived spaces exist for those alone who administer them; admins are shown no copy.
   * @throws EspacoInexistente
   */
  async execute({ id, usuario }: ConsultarEspaco): Promise<EspacoHttp> {
    const administra = usuario !== undefined && pode(usuario, 'espacos.administrar');
    const espaco = administra ? await lerEspaco(this.database, id) : await this.copias.space(id);
    if (!espaco) throw new EspacoInexistente();
    if (administra) return espaco;
    if (espaco.situacao !== 'PUBLICADO') {
      if (!espaco.restrito || !(await this.acessos.tem(id, usuario, 'ADMINISTRAR'))) throw new EspacoInexistente();
    } else if (espaco.restrito) await this.acessos.exigirEm(id, usuario, 'VER');
    return espaco;
  }
}

export class ListarVersoesDoEspaco extends Query<VersoesDoEspacoHttp> {
  constructor(
    readonly id: string,
    readonly cursor: string | undefined,
    readonly limite: number,
  ) {
    super();
  }
}

@QueryHandler(ListarVersoesDoEspaco)
export class ListarVersoesDoEspacoHandler implements IQueryHandler<ListarVersoesDoEspaco> {
  constructor(
    private readonly database: Database,
    private readonly espacos: EspacoRepository,
  ) {}

  /** What a space said, newest first. @throws EspacoInexistente, Problem 400 for a foreign cursor */
  async execute({ id, cursor, limite }: ListarVersoesDoEspaco): Promise<VersoesDoEspacoHttp> {
    await this.espacos.load(id);
    const [antesDe] = cursor === undefined ? [null] : decodeCursor(cursor, z.tuple([z.string().regex(/^\d{1,9}$/)]));
    const rows = await this.database.read<VersoesDoEspacoHttp['itens'][number]>(
      // Versions of before there were days were by the minute, and those of before extensions had a limit got what it came with.
      `SELECT versao, desde, autor_id AS "autorId",
              '{"unidadeDuracao": "MINUTO", "precoDiaCentavos": null, "prorrogacaoMaximaMinutos": 15}' || regras AS regras
         FROM espaco_versoes
        WHERE espaco_id = $1 AND ($2::int IS NULL OR versao < $2) ORDER BY versao DESC LIMIT $3`,
      [id, antesDe, limite + 1],
    );
    return pageOf(
      rows,
      Math.min(limite, quantosCabem(rows)),
      (row) => row,
      (item) => [String(item.versao)],
    );
  }
}

export class ListarUnidadesDoEspaco extends Query<UnidadesHttp> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(ListarUnidadesDoEspaco)
export class ListarUnidadesDoEspacoHandler implements IQueryHandler<ListarUnidadesDoEspaco> {
  constructor(
    private readonly database: Database,
    private readonly espacos: EspacoRepository,
  ) {}

  /** @throws EspacoInexistente */
  async execute({ id }: ListarUnidadesDoEspaco): Promise<UnidadesHttp> {
    const { espaco } = await this.espacos.load(id);
    const itens = await this.database.query<UnidadesHttp['itens'][number]>(
      'SELECT id, nome FROM unidades WHERE id = ANY($1) ORDER BY length(nome), nome, id',
      [espaco.unidades],
    );
    return { itens };
  }
}

export class ListarVizinhosDoEspaco extends Query<VizinhosDoEspacoHttp> {
  constructor(
    readonly id: string,
    readonly usuario: Usuario | undefined,
  ) {
    super();
  }
}

@QueryHandler(ListarVizinhosDoEspaco)
export class ListarVizinhosDoEspacoHandler implements IQueryHandler<ListarVizinhosDoEspaco> {
  constructor(
    private readonly database: Database,
    private readonly queries: QueryBus,
  ) {}

  /** @throws EspacoInexistente, also for who may not see it */
  async execute({ id, usuario }: ListarVizinhosDoEspaco): Promise<VizinhosDoEspacoHttp> {
    await this.queries.execute(new ConsultarEspaco(id, usuario));
    const rows = await this.database.read<{ id: string }>(
      `SELECT DISTINCT v.espaco_id AS id FROM espaco_unidades u JOIN espaco_unidades v USING (unidade_id)
        WHERE u.espaco_id = $1 AND v.espaco_id <> $1 ORDER BY v.espaco_id LIMIT 500`,
      [id],
    );
    return { ids: rows.map((row) => row.id) };
  }
}

export class ConsultarDisponibilidade extends Query<DisponibilidadeHttp> {
  constructor(
    readonly espacoId: string,
    readonly periodo: PeriodoReserva,
    readonly duracaoMinutos: number | undefined,
    readonly usuario: Usuario | undefined,
    readonly comPrecos = false,
  ) {
    super();
  }
}

@QueryHandler(ConsultarDisponibilidade)
export class ConsultarDisponibilidadeHandler implements IQueryHandler<ConsultarDisponibilidade> {
  constructor(
    private readonly espacos: EspacoRepository,
    private readonly agendas: Agendas,
    private readonly acessos: Acessos,
  ) {}

  /**
   * Free intervals of a space within `periodo`, and the starts in it from which `duracaoMinutos` can be booked: so many
   * at most, and from where to ask for the others.
   * @throws EspacoInexistente, DuracaoForaDoPermitido, JanelaGrandeDemais
   */
  async execute({
    espacoId: id,
    periodo,
    duracaoMinutos,
    usuario,
    comPrecos,
  }: ConsultarDisponibilidade): Promise<DisponibilidadeHttp> {
    const lido = await this.espacos.load(id);
    const { espaco } = lido;
    const vista = await this.acessos.exigir(espaco, usuario, 'VER');
    const administra = vista.tudo || (usuario !== undefined && pode(usuario, 'espacos.administrar'));
    if (espaco.situacao !== 'PUBLICADO' && !administra && !permite(espaco.acesso, 'ADMINISTRAR', vista))
      throw new EspacoInexistente();
    const duracao = duracaoMinutos ?? espaco.duracaoMinimaMinutos;
    // Local days may be longer than 24 hours.
    const alem = duracao * MINUTO_MS + DIA_MS;
    const agenda = await this.agendas.of(lido, { inicio: periodo.inicio, fim: periodo.fim + alem });
    const horarios = horariosNaAgenda(agenda, { duracaoMinutos: duracao, janela: periodo, limite: MAX_INICIOS + 1 });
    const inicios = horarios.map(({ inicio }) => iso(inicio));
    const folego = new Folego();
    const precosCentavos: (number | null)[] = [];
    for (const horario of comPrecos ? horarios.slice(0, MAX_PRECOS) : []) {
      precosCentavos.push(precoDe(espaco, horario, agenda.agora));
      await folego.take();
    }
    return {
      espacoId: id,
      fuso: espaco.fuso,
      livres: livresNaAgenda(agenda, periodo).map(({ inicio, fim }) => ({ inicio: iso(inicio), fim: iso(fim) })),
      inicios: inicios.slice(0, MAX_INICIOS),
      ...(comPrecos && { precosCentavos }),
      proximoInicio: inicios[MAX_INICIOS] ?? null,
    };
  }
}

/** Without a coupon, centavos; null where no such stay is sold. */
function precoDe(espaco: Espaco, periodo: Intervalo, agora: number): number | null {
  try {
    return orcarEstada(espaco, periodo, agora).totalCentavos;
  } catch (error) {
    if (error instanceof ErroDeReserva) return null;
    throw error;
  }
}

/** Where the page after this space begins. */
export const cursorDe = (espaco: Pick<EspacoHttp, 'id' | 'nome'> | undefined): string | null =>
  espaco ? encodeCursor(Buffer.from(formaDeOrdem(espaco.nome)).toString('base64url'), espaco.id) : null;

/** So many are sorted by name in an instant; where there are more, the first of them are soon come by. */
const MAX_ACHADOS = 2_000;

/** Only what is asked for is a condition, each word one of its own, so that the indexes serve. */
function condicoesDe(filtro: FiltroDeEspacos) {
  const parametros: unknown[] = [];
  const valor = (parametro: unknown) => `$${parametros.push(parametro)}`;
  const condicoes = [`e.situacao = ${valor(filtro.situacao)}`];
  condicoes.push(espacosQue(filtro.para ?? 'ver', filtro.vista, valor));
  const se = <T>(pedido: T | undefined, condicao: (pedido: T) => string) => {
    if (pedido !== undefined) condicoes.push(condicao(pedido));
  };
  se(filtro.ids, (ids) => `e.id = ANY(${valor(ids)}::uuid[])`);
  se(filtro.cidade, (cidade) => `e.cidade_buscada = ${valor(formaDoLugar(cidade))}`);
  se(filtro.tipo, (tipo) => `e.tipo = ${valor(tipo)}`);
  se(filtro.capacidade, (capacidade) => `e.capacidade >= ${valor(capacidade)}`);
  se(filtro.recursos, (recursos) => `e.recursos @> ${valor(recursos)}::text[]`);
  se(filtro.precoMaximoCentavos, (preco) => `e.preco_hora_centavos <= ${valor(preco)}`);
  se(filtro.texto, (texto) => {
    const palavras = padroesDe(texto).map((padrao) => `e.texto_buscado LIKE ${valor(padrao)}`);
    return palavras.length > 0 ? palavras.join(' AND ') : 'false';
  });
  return { condicoes, parametros, valor };
}

/**
 * One more than MAX_ACHADOS at most, in no order. In a subquery of its own, which is planned for all there are: for the
 * first of many the table would be read from its beginning, also where there are none.
 */
export function achadosPorPalavras(filtro: FiltroDeEspacos) {
  const { condicoes, parametros } = condicoesDe(filtro);
  const sql = `WITH achados AS MATERIALIZED (SELECT e.id FROM espacos e WHERE ${condicoes.join(' AND ')})
    SELECT id FROM achados LIMIT ${MAX_ACHADOS + 1}`;
  return { sql, parametros };
}

/**
 * The spaces that a search is for, by name, after those of the page before.
 * @param achados ids of all of them, where they are known
 * @throws Problem 400 for a foreign cursor
 */
export function consultaDeEspacos(
  filtro: FiltroDeEspacos,
  depoisDe: string | null,
  limite: number,
  achados?: readonly string[],
  colunas = ESPACO_COLUMNS,
) {
  const { condicoes, parametros, valor } = condicoesDe(filtro);
  if (achados) condicoes.unshift(`e.id = ANY(${valor(achados)}::uuid[])`);
  if (depoisDe !== null) {
    const [codificado, id] = decodeCursor(depoisDe, z.tuple([z.string(), z.uuid()]));
    // Whatever bytes a stranger writes are a place among the names; NUL alone no database takes.
    const nome = Buffer.from(codificado, 'base64url').toString('utf8').replaceAll('\0', '');
    condicoes.push(`(e.nome_ordenado, e.id) > (${valor(nome)}, ${valor(id)}::uuid)`);
  }
  const sql = `SELECT ${colunas} FROM espacos e WHERE ${condicoes.join(' AND ')}
    ORDER BY e.nome_ordenado, e.id LIMIT ${valor(limite)}`;
  return { sql, parametros };
}

/** Ids of the spaces that are free. */
export async function ondeEstaLivre(agendas: readonly Agenda[], filtro: FiltroDeTempo): Promise<ReadonlySet<string>> {
  const livres = new Set<string>();
  const folego = new Folego();
  for (const agenda of agendas) {
    if (estaLivre(agenda, filtro)) livres.add(agenda.espaco.id);
    await folego.take();
  }
  return livres;
}

/** Free means that it could be booked now. */
function estaLivre(agenda: Agenda, { periodo, minutos }: FiltroDeTempo): boolean {
  try {
    if (minutos === undefined) {
      verificarAgenda(agenda, periodo);
      return true;
    }
    if (agenda.espaco.situacao !== 'PUBLICADO') return false;
    // What does not begin too late ends in time: the first that can be booked ends before all others.
    const [primeiro] = horariosNaAgenda(agenda, { duracaoMinutos: minutos, janela: periodo, limite: 1 });
    return primeiro !== undefined && primeiro.fim <= periodo.fim;
  } catch (error) {
    if (error instanceof ErroDeReserva) return false;
    throw error;
  }
}
