import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type FiltroDaLinhaDoTempoHttp, type LinhaDoTempoHttp, pode } from '@plataforma/contracts';
import { Database, Folego, type Usuario } from '@plataforma/platform';
import { intervalosAbertos } from '../domain/abertura.js';
import { permite, type Vista } from '../domain/acesso.js';
import { subtrair } from '../domain/disponibilidade.js';
import { OcupacoesDemais } from '../domain/errors.js';
import type { Espaco } from '../domain/espaco.js';
import { type Intervalo, MINUTO_MS } from '../domain/periodo-reserva.js';
import { Acessos } from './acessos.js';
import { OCUPACOES } from './agendas.js';
import { consultaDeEspacos, cursorDe } from './consultar-espacos.js';
import { EspacoRepository } from './ports.js';
import { iso } from './prazos-de-retencao.js';

type Item = LinhaDoTempoHttp['itens'][number];
type Ocupacao = Item['ocupacoes'][number];

/** All of one answer: a day of three hundred busy rooms, or of as many desks. */
const MAX_OCUPACOES = 20_000;

/** What takes the time of many spaces: one query for the spaces, one for their rules, one for all that occupies them. */
export class ConsultarLinhaDoTempo extends Query<LinhaDoTempoHttp> {
  constructor(
    readonly janela: Intervalo,
    readonly filtro: Omit<FiltroDaLinhaDoTempoHttp, 'de' | 'ate'>,
    readonly usuario: Usuario | undefined,
  ) {
    super();
  }
}

interface Row {
  unidade_id: string;
  origem: 'RESERVA' | 'BLOQUEIO' | 'RETIRADA';
  reserva_id: string | null;
  inicio: Date;
  fim: Date;
  util_inicio: Date;
  util_fim: Date;
  cliente_id: string | null;
  status: NonNullable<Ocupacao['reserva']>['status'] | null;
  titulo: string | null;
}

@QueryHandler(ConsultarLinhaDoTempo)
export class ConsultarLinhaDoTempoHandler implements IQueryHandler<ConsultarLinhaDoTempo> {
  constructor(
    private readonly database: Database,
    private readonly espacos: EspacoRepository,
    private readonly acessos: Acessos,
  ) {}

  /** By name, in pages; of what they may not see nothing is said. @throws OcupacoesDemais, Problem 400 for a foreign cursor */
  async execute({ janela, filtro, usuario }: ConsultarLinhaDoTempo): Promise<LinhaDoTempoHttp> {
    const { limite, cursor, espacos: ids, recursos, ...resto } = filtro;
    const vista = await this.acessos.vista(usuario);
    const procura = {
      ...resto,
      situacao: 'PUBLICADO',
      recursos: recursos?.split(','),
      ids: ids?.split(','),
      vista,
      limite,
    } as const;
    const { sql, parametros } = consultaDeEspacos(
      procura,
      cursor ?? null,
      limite + 1,
      undefined,
      'e.id, e.nome, e.tipo',
    );
    const achados = await this.database.read<Pick<Item['espaco'], 'id' | 'nome' | 'tipo'>>(sql, parametros);
    const pagina = achados.slice(0, limite);
    const { espacos } = await this.espacos.loadMany(pagina.map(({ id }) => id));
    const porUnidade = await this.occupied(espacos, janela);
    const todas = usuario !== undefined && pode(usuario, 'reservas.ver:todos');
    const tipos = new Map(pagina.map(({ id, tipo }) => [id, tipo]));
    const itens: Item[] = [];
    const folego = new Folego();
    for (const espaco of espacos) {
      const { id, nome, cidade, capacidade, fuso, unidades, ocupa } = espaco;
      const rows = unidades.flatMap((unidade) => porUnidade.get(unidade) ?? []);
      itens.push({
        espaco: {
          id,
          nome,
          tipo: tipos.get(id) ?? 'SALA',
          cidade,
          capacidade,
          fuso,
          unidades: ocupa === 'TODAS' ? 1 : unidades.length,
        },
        fechado: subtrair([janela], intervalosAbertos(espaco, janela)).map(({ inicio, fim }) => ({
          inicio: iso(inicio),
          fim: iso(fim),
        })),
        ocupacoes: ocupacoesDe(rows, usuario?.id, todas || gere(espaco, vista)),
      });
      await folego.take();
    }
    const proximo = achados.length > limite ? cursorDe(pagina.at(-1)) : null;
    return { de: iso(janela.inicio), ate: iso(janela.fim), itens, proximo };
  }

  private async occupied(espacos: readonly Espaco[], { inicio, fim }: Intervalo): Promise<Map<string, Row[]>> {
    const rows = await this.database.read<Row>(
      `SELECT o.unidade_id, o.origem, o.reserva_id, o.inicio, o.fim, r.cliente_id, r.status, d.titulo,
              CASE WHEN dentro THEN r.inicio ELSE o.inicio END AS util_inicio, CASE WHEN dentro THEN r.fim ELSE o.fim END AS util_fim
         FROM (${OCUPACOES}) o LEFT JOIN reservas r ON r.id = o.reserva_id LEFT JOIN reserva_ditos d ON d.reserva_id = r.id
        -- A booking that is being moved also occupies a time that is not yet its own.
        CROSS JOIN LATERAL (SELECT coalesce(r.inicio >= o.inicio AND r.fim <= o.fim, false) AS dentro) x
        LIMIT $4`,
      [[...new Set(espacos.flatMap(({ unidades }) => unidades))], inicio, fim, MAX_OCUPACOES + 1],
    );
    if (rows.length > MAX_OCUPACOES) throw new OcupacoesDemais();
    const porUnidade = new Map<string, Row[]>();
    for (const row of rows) {
      const dela = porUnidade.get(row.unidade_id);
      if (dela) dela.push(row);
      else porUnidade.set(row.unidade_id, [row]);
    }
    return porUnidade;
  }
}

const gere = ({ acesso }: Espaco, vista: Vista): boolean => permite(acesso, 'APROVAR', vista);

/** What is of one booking, or one blackout, in several units is one. */
function ocupacoesDe(rows: readonly Row[], pessoaId: string | undefined, comNomes: boolean): Ocupacao[] {
  const juntas = new Map<string, Ocupacao>();
  for (const row of rows) {
    const [inicio, fim] = [row.util_inicio.getTime(), row.util_fim.getTime()];
    const chave = `${row.reserva_id ?? row.origem} ${inicio} ${fim}`;
    const antes = juntas.get(chave);
    const minha = row.cliente_id !== null && row.cliente_id === pessoaId;
    juntas.set(chave, {
      tipo: row.origem === 'RESERVA' ? 'RESERVA' : 'BLOQUEIO',
      inicio: iso(inicio),
      fim: iso(fim),
      folgaAntesMinutos: (inicio - row.inicio.getTime()) / MINUTO_MS,
      folgaDepoisMinutos: (row.fim.getTime() - fim) / MINUTO_MS,
      unidades: (antes?.unidades ?? 0) + 1,
      minha,
      reservaId: minha || comNomes ? row.reserva_id : null,
      reserva:
        comNomes && row.cliente_id !== null && row.status !== null
          ? { clienteId: row.cliente_id, status: row.status, titulo: row.titulo }
          : null,
    });
  }
  return [...juntas.values()].sort((a, b) =>
    a.inicio < b.inicio ? -1 : a.inicio > b.inicio ? 1 : a.fim < b.fim ? -1 : 1,
  );
}
