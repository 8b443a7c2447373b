import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { COLUNAS_DAS_PLANILHAS, type FiltroDePlanilhaHttp, type TipoDePlanilha } from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import ical from 'ical-generator';
import { PlanilhaIlegivel } from '../domain/errors.js';
import { dataDe, diaDe, horaDe, parede } from '../domain/relogio.js';
import { EspacoRepository } from './ports.js';

const POR_VEZ = 500;
/** A calendar is written whole, in memory. */
const MAX_EVENTOS = 5_000;

/** A row in the columns of its spreadsheet, in order. */
export type Celulas = readonly string[];

/** Spaces, hours or bookings, as `TrazerPlanilha` reads them. */
export class LevarPlanilha extends Query<AsyncIterable<Celulas>> {
  constructor(
    readonly tipo: TipoDePlanilha,
    readonly filtro: FiltroDePlanilhaHttp,
  ) {
    super();
  }
}

const EXEMPLOS: Readonly<Record<TipoDePlanilha, Readonly<Record<string, string>>>> = {
  espacos: {
    espaco: 'Sala Ipê',
    cidade: 'São Paulo',
    tipo: 'SALA',
    endereco: 'Avenida Paulista, 1578',
    fuso: 'America/Sao_Paulo',
    capacidade: '8',
    unidades: '1',
    preco_hora: '90,00',
    duracao_minima_min: '60',
    duracao_maxima_min: '480',
    passo_min: '30',
    folga_antes_min: '0',
    folga_depois_min: '15',
    descricao: 'Oitavo andar, com vista',
    recursos: 'projetor lousa',
    publicado: 'nao',
  },
  horarios: { espaco: 'Sala Ipê', cidade: 'São Paulo', dia_semana: '1', abre: '08:00', fecha: '20:00' },
  reservas: {
    espaco: 'Sala Ipê',
    cidade: 'São Paulo',
    inicio: '2031-03-12 10:00',
    fim: '2031-03-12 12:00',
    titulo: 'Reunião da diretoria',
  },
};

interface EspacoRow {
  readonly id: string;
  readonly ordem: string;
  readonly campos: Readonly<Record<string, string | number>>;
  readonly horarios: readonly { readonly diaSemana: number; readonly abre: string; readonly fecha: string }[];
}

interface ReservaRow {
  readonly id: string;
  readonly espaco: string;
  readonly cidade: string;
  readonly fuso: string;
  readonly inicio: Date;
  readonly fim: Date;
  readonly titulo: string;
}

@QueryHandler(LevarPlanilha)
export class LevarPlanilhaHandler implements IQueryHandler<LevarPlanilha> {
  constructor(
    private readonly database: Database,
    private readonly espacos: EspacoRepository,
  ) {}

  /** @throws EspacoInexistente */
  async execute({ tipo, filtro }: LevarPlanilha): Promise<AsyncIterable<Celulas>> {
    if (filtro.modelo === 'sim') return modelo(tipo);
    if (filtro.espacoId !== undefined) await this.espacos.load(filtro.espacoId);
    if (tipo === 'reservas') return this.reservas(filtro);
    return tipo === 'espacos' ? this.catalogo(filtro) : this.horarios(filtro);
  }

  private async *catalogo(filtro: FiltroDePlanilhaHttp): AsyncIterable<Celulas> {
    for await (const { campos } of this.rows(filtro))
      yield COLUNAS_DAS_PLANILHAS.espacos.map((coluna) => String(campos[coluna] ?? ''));
  }

  private async *horarios(filtro: FiltroDePlanilhaHttp): AsyncIterable<Celulas> {
    for await (const { campos, horarios } of this.rows(filtro))
      for (const { diaSemana, abre, fecha } of horarios)
        yield [String(campos['espaco']), String(campos['cidade']), String(diaSemana), abre, fecha];
  }

  private async *rows({ espacoId }: FiltroDePlanilhaHttp): AsyncIterable<EspacoRow> {
    for (let depois: readonly [string, string] | undefined; ;) {
      const rows: EspacoRow[] = await this.database.read<EspacoRow>(
        `SELECT e.id, e.nome_ordenado AS ordem, e.horarios,
                jsonb_build_object('espaco', e.nome, 'cidade', e.cidade, 'tipo', e.tipo, 'endereco', e.endereco, 'fuso', e.fuso,
                  'capacidade', e.capacidade,
                  'unidades', CASE e.ocupa WHEN 'TODAS' THEN 1 ELSE (SELECT count(*)::int FROM espaco_unidades u WHERE u.espaco_id = e.id) END,
                  'preco_hora', replace(to_char(e.preco_hora_centavos / 100.0, 'FM9999990.00'), '.', ','),
                  'duracao_minima_min', e.duracao_minima_minutos, 'duracao_maxima_min', e.duracao_maxima_minutos,
                  'passo_min', e.passo_minutos, 'folga_antes_min', e.folga_antes_minutos, 'folga_depois_min', e.folga_depois_minutos,
                  'descricao', e.descricao, 'recursos', array_to_string(e.recursos, ' '),
                  'publicado', CASE e.situacao WHEN 'PUBLICADO' THEN 'sim' ELSE 'nao' END) AS campos
           FROM espacos e
          WHERE e.situacao <> 'ARQUIVADO' AND ($1::uuid IS NULL OR e.id = $1)
            AND ($2::text IS NULL OR (e.nome_ordenado, e.id) > ($2, $3::uuid))
          ORDER BY e.nome_ordenado, e.id LIMIT ${POR_VEZ}`,
        [espacoId ?? null, depois?.[0] ?? null, depois?.[1] ?? null],
      );
      yield* rows;
      const ultima = rows.at(-1);
      if (!ultima || rows.length < POR_VEZ) return;
      depois = [ultima.ordem, ultima.id];
    }
  }

  private async *reservas(filtro: FiltroDePlanilhaHttp): AsyncIterable<Celulas> {
    for await (const { espaco, cidade, fuso, inicio, fim, titulo } of ocupado(this.database, filtro))
      yield [espaco, cidade, noRelogio(fuso, inicio), noRelogio(fuso, fim), titulo];
  }
}

/** The same bookings of one space as a calendar (RFC 5545), in UTC. */
export class EscreverCalendario extends Query<string> {
  constructor(readonly filtro: FiltroDePlanilhaHttp) {
    super();
  }
}

@QueryHandler(EscreverCalendario)
export class EscreverCalendarioHandler implements IQueryHandler<EscreverCalendario> {
  constructor(
    private readonly database: Database,
    private readonly espacos: EspacoRepository,
  ) {}

  /** @throws EspacoInexistente, PlanilhaIlegivel when there are too many */
  async execute({ filtro }: EscreverCalendario): Promise<string> {
    const { espaco, agora } = await this.espacos.load(filtro.espacoId ?? '');
    const calendario = ical({
      name: espaco.nome,
      prodId: { company: 'Plataforma de Reservas', product: 'reservas', language: 'PT-BR' },
    });
    for await (const { id, inicio, fim, titulo } of ocupado(this.database, filtro)) {
      if (calendario.length() >= MAX_EVENTOS)
        throw new PlanilhaIlegivel(`Há mais de ${MAX_EVENTOS} reservas: peça a planilha`);
      calendario.createEvent({
        id: `${id}@plataforma-de-reservas`,
        stamp: new Date(agora),
        start: inicio,
        end: fim,
        summary: titulo,
      });
    }
    return `${calendario.toString()}\r\n`;
  }
}

/** Bookings and whatever else takes time away, by their start. */
async function* ocupado(database: Database, { espacoId, desde }: FiltroDePlanilhaHttp): AsyncIterable<ReservaRow> {
  for (let depois: readonly [Date, string] | undefined; ;) {
    const rows: ReservaRow[] = await database.read<ReservaRow>(
      `SELECT t.id, e.nome AS espaco, e.cidade, e.fuso, t.inicio, t.fim, t.titulo
           FROM (SELECT r.id, r.espaco_id, r.inicio, r.fim, ${TITULO} AS titulo
                   FROM reservas r LEFT JOIN reserva_ditos d ON d.reserva_id = r.id WHERE r.status <> 'CANCELADA'
                 UNION ALL SELECT b.id, b.espaco_id, b.inicio, b.fim, b.motivo FROM bloqueios b) t
           JOIN espacos e ON e.id = t.espaco_id
          WHERE t.fim > coalesce($2::timestamptz, now()) AND ($1::uuid IS NULL OR t.espaco_id = $1)
            AND ($3::timestamptz IS NULL OR (t.inicio, t.id) > ($3, $4::uuid))
          ORDER BY t.inicio, t.id LIMIT ${POR_VEZ}`,
      [espacoId ?? null, desde ?? null, depois?.[0] ?? null, depois?.[1] ?? null],
    );
    yield* rows;
    const ultima = rows.at(-1);
    if (!ultima || rows.length < POR_VEZ) return;
    depois = [ultima.inicio, ultima.id];
  }
}

/** What a booking is called where nobody called it anything: by its reference. */
export const TITULO = `coalesce(d.titulo, 'Reserva ' || upper(left(right(r.id::text, 8), 4) || '-' || right(r.id::text, 4)))`;

async function* modelo(tipo: TipoDePlanilha): AsyncIterable<Celulas> {
  await Promise.resolve();
  yield COLUNAS_DAS_PLANILHAS[tipo].map((coluna) => EXEMPLOS[tipo][coluna] ?? '');
}

function noRelogio(fuso: string, instante: Date): string {
  const local = parede(fuso, instante.getTime());
  return `${dataDe(diaDe(local))} ${horaDe(local)}`;
}
