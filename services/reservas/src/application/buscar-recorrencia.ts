import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { BuscaPorRecorrenciaHttp, NovaSerieHttp, RecorrenciaHttp, SaidaHttp } from '@plataforma/contracts';
import { Database, Folego, type Usuario } from '@plataforma/platform';
import { intervalosAbertos } from '../domain/abertura.js';
import { verificarAgenda } from '../domain/agenda.js';
import type { Ocupacao } from '../domain/disponibilidade.js';
import { ErroDeReserva, OcupacoesDemais } from '../domain/errors.js';
import { duracaoDe, type Espaco } from '../domain/espaco.js';
import { type Intervalo, MINUTO_MS, PeriodoReserva } from '../domain/periodo-reserva.js';
import { dataDaOcorrencia, lerRegra, ocorrencias, type Regra } from '../domain/recorrencia.js';
import { Acessos } from './acessos.js';
import { consultaDeEspacos } from './consultar-espacos.js';
import { EspacoRepository } from './ports.js';
import { iso } from './prazos-de-retencao.js';
import { VerificarCotas } from './verificar-cotas.js';

type Item = RecorrenciaHttp['itens'][number];
interface Mostrado extends Omit<Item['espaco'], 'fuso'> {
  readonly fuso: string;
}

/** How far from the hour that was asked for another is looked for, and how many on each side. */
const ALCANCE_MINUTOS = 120;
const MENOR_SALTO_MINUTOS = 10;
const MAX_SALTOS = 12;
/** Of all spaces, around all occurrences: one desk space of five hundred, or twenty rooms that are full. */
const MAX_OCUPACOES = 20_000;

/** Where a recurrence fits, and what can be booked where it does not. */
export class BuscarRecorrencia extends Query<RecorrenciaHttp> {
  constructor(
    readonly busca: BuscaPorRecorrenciaHttp,
    readonly usuario: Usuario | undefined,
  ) {
    super();
  }
}

/** A space around each occurrence: whatever it may be moved to is judged by this. */
interface Candidato {
  readonly espaco: Espaco;
  readonly mostrado: Mostrado;
  readonly agora: number;
  readonly periodos: readonly PeriodoReserva[];
  /** Why each cannot be booked; null where it can. */
  readonly erros: readonly (ErroDeReserva | null)[];
  readonly agendas: readonly {
    readonly abertos: readonly Intervalo[];
    readonly ocupados: readonly (readonly Ocupacao[])[];
  }[];
}

interface Procura {
  readonly regra: Regra;
  readonly primeiro: PeriodoReserva;
  readonly busca: BuscaPorRecorrenciaHttp;
  readonly usuario: Usuario | undefined;
  readonly folego: Folego;
  /** Occurrences by zone and first period: most spaces share them. */
  readonly dadas: Map<string, readonly PeriodoReserva[]>;
}

@QueryHandler(BuscarRecorrencia)
export class BuscarRecorrenciaHandler implements IQueryHandler<BuscarRecorrencia> {
  constructor(
    private readonly database: Database,
    private readonly espacos: EspacoRepository,
    private readonly cotas: VerificarCotas,
    private readonly acessos: Acessos,
  ) {}

  /** @throws PeriodoInvalido, OcupacoesDemais, the errors of lerRegra and ocorrencias */
  async execute({ busca, usuario }: BuscarRecorrencia): Promise<RecorrenciaHttp> {
    const primeiro = PeriodoReserva.de(new Date(busca.inicio), new Date(busca.fim));
    const regra = lerRegra(busca.regra);
    const procura: Procura = { regra, primeiro, busca, usuario, folego: new Folego(), dadas: new Map() };
    const { espacos: ids, limite, cidade, tipo, capacidade, recursos } = busca;
    const vista = await this.acessos.vista(usuario);
    const filtro = {
      situacao: 'PUBLICADO',
      para: 'reservar',
      ids,
      cidade,
      tipo,
      capacidade,
      recursos,
      vista,
      limite,
    } as const;
    const { sql, parametros } = consultaDeEspacos(filtro, null, limite + 1, undefined, MOSTRADO);
    const achados = await this.database.read<Mostrado>(sql, parametros);
    const mostrados = achados.slice(0, limite);
    const { espacos, agora } = await this.espacos.loadMany(mostrados.map(({ id }) => id));
    // A rule that gives nothing is refused, whatever there is to be found.
    this.periodosDe(procura, espacos[0]?.fuso ?? 'Etc/UTC', primeiro);
    const ocupacoes = await this.occupied(procura, espacos);
    const candidatos: Candidato[] = [];
    for (const [i, espaco] of espacos.entries()) {
      const mostrado = mostrados[i];
      if (mostrado) candidatos.push(await this.candidato(procura, espaco, mostrado, agora, ocupacoes));
    }
    const itens: Item[] = [];
    for (const candidato of candidatos) itens.push(await this.item(procura, candidato, candidatos));
    itens.sort((a, b) => b.livres - a.livres);
    return { itens, examinados: candidatos.length, haMais: achados.length > limite };
  }

  private periodosDe({ regra, busca, dadas }: Procura, fuso: string, primeiro: Intervalo): readonly PeriodoReserva[] {
    const chave = `${fuso} ${primeiro.inicio} ${primeiro.fim}`;
    const sabidas = dadas.get(chave);
    if (sabidas) return sabidas;
    const novas = ocorrencias(regra, fuso, primeiro, busca.excecoes).map(({ inicio, fim }) =>
      PeriodoReserva.de(new Date(inicio), new Date(fim)),
    );
    dadas.set(chave, novas);
    return novas;
  }

  /** What occupies the units of all these spaces around the occurrences, by unit, in order. */
  private async occupied(procura: Procura, espacos: readonly Espaco[]): Promise<Map<string, Ocupacao[]>> {
    const porUnidade = new Map<string, Ocupacao[]>();
    const janelas = [...new Set(espacos.map(({ fuso }) => fuso))].flatMap((fuso) =>
      this.periodosDe(procura, fuso, procura.primeiro).map(aoRedor),
    );
    const folga = Math.max(0, ...espacos.map(({ folgaAntesMinutos: a, folgaDepoisMinutos: d }) => Math.max(a, d)));
    const rows = await this.database.read<{ unidade_id: string; origem: Ocupacao['origem']; inicio: Date; fim: Date }>(
      // One lookup for each unit, of all the time that matters: by the constraint's index.
      `SELECT o.unidade_id, o.origem, lower(o.periodo) AS inicio, upper(o.periodo) AS fim
         FROM unnest($1::uuid[]) AS u(id)
        CROSS JOIN (SELECT range_agg(tstzrange(to_timestamp(de / 1000), to_timestamp(ate / 1000))) AS tempo
                      FROM unnest($2::float8[], $3::float8[]) AS j(de, ate)) t
        CROSS JOIN LATERAL (SELECT * FROM ocupacoes WHERE unidade_id = u.id AND periodo && t.tempo OFFSET 0) o
        ORDER BY o.unidade_id, lower(o.periodo) LIMIT $4`,
      [
        [...new Set(espacos.flatMap(({ unidades }) => unidades))],
        janelas.map(({ inicio }) => inicio - folga * MINUTO_MS),
        janelas.map(({ fim }) => fim + folga * MINUTO_MS),
        MAX_OCUPACOES + 1,
      ],
    );
    if (rows.length > MAX_OCUPACOES) throw new OcupacoesDemais();
    for (const { unidade_id, origem, inicio, fim } of rows) {
      const periodo = { inicio: inicio.getTime(), fim: fim.getTime() };
      const dela = porUnidade.get(unidade_id) ?? [];
      if (dela.length === 0) porUnidade.set(unidade_id, dela);
      dela.push({ ...periodo, origem, util: periodo });
    }
    return porUnidade;
  }

  private async candidato(
    procura: Procura,
    espaco: Espaco,
    mostrado: Mostrado,
    agora: number,
    ocupacoes: ReadonlyMap<string, readonly Ocupacao[]>,
  ): Promise<Candidato> {
    const periodos = this.periodosDe(procura, espaco.fuso, procura.primeiro);
    const folga = Math.max(espaco.folgaAntesMinutos, espaco.folgaDepoisMinutos) * MINUTO_MS;
    const agendas: Candidato['agendas'][number][] = [];
    const erros: (ErroDeReserva | null)[] = [];
    for (const periodo of periodos) {
      const erro = semDuracao(espaco, periodo);
      const janela = aoRedor(periodo);
      const agenda = erro
        ? { abertos: [], ocupados: [] }
        : {
            abertos: intervalosAbertos(espaco, janela),
            ocupados: espaco.unidades.map((unidade) =>
              trecho(ocupacoes.get(unidade) ?? [], { inicio: janela.inicio - folga, fim: janela.fim + folga }),
            ),
          };
      agendas.push(agenda);
      erros.push(erro ?? recusa({ espaco, agora, ...agenda }, periodo));
      await procura.folego.take();
    }
    if (procura.usuario) {
      const livres = periodos.filter((_, i) => erros[i] === null);
      const opinioes = await this.cotas.opinions(espaco, livres, procura.usuario.id);
      for (let i = 0, livre = 0; i < erros.length; i++) if (erros[i] === null) erros[i] = opinioes[livre++] ?? null;
    }
    return { espaco, mostrado, agora, periodos, erros, agendas };
  }

  private async item(procura: Procura, candidato: Candidato, todos: readonly Candidato[]): Promise<Item> {
    const { mostrado, periodos, erros } = candidato;
    const impedidas = periodos.flatMap((periodo, i) => {
      const erro = erros[i];
      if (!erro) return [];
      return [{ inicio: iso(periodo.inicio), fim: iso(periodo.fim), codigo: erro.code, motivo: erro.message }];
    });
    const livres = periodos.length - impedidas.length;
    const saidas: SaidaHttp[] = [];
    if (impedidas.length > 0) {
      const achadas = [
        await this.outraHora(procura, candidato),
        await this.maisCurta(procura, candidato),
        livres > 0 ? await this.outroEspaco(procura, candidato, todos) : null,
        livres > 0 ? pular(procura, candidato) : null,
      ];
      saidas.push(...achadas.filter((saida) => saida !== null));
    }
    return {
      espaco: mostrado,
      ocorrencias: periodos.length,
      livres,
      impedidas,
      pedido: impedidas.length === 0 ? corpo(procura, candidato.espaco) : null,
      saidas,
    };
  }

  /** All of them a little later, or earlier: the nearest that can be had. */
  private async outraHora(procura: Procura, candidato: Candidato): Promise<SaidaHttp | null> {
    const { espaco } = candidato;
    const { regra, primeiro } = procura;
    // A rule that says the hour itself takes no notice of when it begins.
    if (espaco.unidadeDuracao === 'DIA' || regra.horas.length > 0 || regra.minutos.length > 0) return null;
    const salto = Math.ceil(MENOR_SALTO_MINUTOS / espaco.passoMinutos) * espaco.passoMinutos;
    for (let n = 1; n <= MAX_SALTOS && n * salto <= ALCANCE_MINUTOS; n++)
      for (const minutos of [n * salto, -n * salto]) {
        const movido = mover(primeiro, minutos, minutos);
        if (!(await this.cabem(procura, candidato, movido, minutos))) continue;
        const quando = `${Math.abs(minutos)} minutos mais ${minutos > 0 ? 'tarde' : 'cedo'}`;
        return saida('OUTRA_HORA', `Todas, ${quando}`, [corpo(procura, espaco, { primeiro: movido })], { minutos });
      }
    return null;
  }

  /** All of them, but shorter: as little as can be. */
  private async maisCurta(procura: Procura, candidato: Candidato): Promise<SaidaHttp | null> {
    const { espaco } = candidato;
    const { primeiro } = procura;
    for (let n = 1; n <= MAX_SALTOS; n++) {
      const minutos = n * espaco.passoMinutos;
      if (primeiro.minutos - minutos < espaco.duracaoMinimaMinutos) return null;
      const encurtado = mover(primeiro, 0, -minutos);
      if (await this.cabem(procura, candidato, encurtado, 0))
        return saida(
          'MAIS_CURTA',
          `Todas, ${minutos} minutos mais curtas`,
          [corpo(procura, espaco, { primeiro: encurtado })],
          {
            minutos,
          },
        );
    }
    return null;
  }

  /** Whether all occurrences could be booked that begin with this one instead, so many minutes after the ones that were asked for. */
  private async cabem(
    procura: Procura,
    candidato: Candidato,
    primeiro: PeriodoReserva,
    minutos: number,
  ): Promise<boolean> {
    const { espaco, agora, agendas, periodos: antes, erros } = candidato;
    const periodos = this.novas(procura, espaco.fuso, primeiro);
    // The same days as before, or it would not be what was asked for.
    const mesmos =
      periodos.length === antes.length &&
      periodos.every(({ inicio }, i) => inicio - (antes[i]?.inicio ?? 0) === minutos * MINUTO_MS);
    if (!mesmos) return false;
    // Those that were in the way are the likeliest to be so again.
    const ordem = [...periodos.keys()].sort((a, b) => Number(erros[a] === null) - Number(erros[b] === null));
    for (const i of ordem) {
      const [periodo, agenda] = [periodos[i], agendas[i]];
      await procura.folego.take();
      if (!periodo || !agenda || semDuracao(espaco, periodo) || recusa({ espaco, agora, ...agenda }, periodo))
        return false;
    }
    return !procura.usuario || (await this.nenhumaRecusa(candidato, periodos, procura.usuario.id));
  }

  private novas(procura: Procura, fuso: string, primeiro: PeriodoReserva): readonly PeriodoReserva[] {
    try {
      return this.periodosDe(procura, fuso, primeiro);
    } catch (error) {
      if (error instanceof ErroDeReserva) return [];
      throw error;
    }
  }

  private async nenhumaRecusa(
    { espaco }: Candidato,
    periodos: readonly Intervalo[],
    pessoaId: string,
    antes?: readonly [number, number],
  ) {
    return (await this.cotas.opinions(espaco, periodos, pessoaId, antes)).every((erro) => erro === null);
  }

  /** Those that are in the way in another space, of the same zone, where all of them can be had; the others here. */
  private async outroEspaco(
    procura: Procura,
    candidato: Candidato,
    todos: readonly Candidato[],
  ): Promise<SaidaHttp | null> {
    const { espaco, periodos, erros } = candidato;
    const datas = periodos.map((periodo) => dataDaOcorrencia(espaco.fuso, periodo));
    const impedidas = new Set(datas.filter((_, i) => erros[i] !== null));
    const livres = new Set(datas.filter((_, i) => erros[i] === null));
    // Exceptions are of whole days.
    if ([...livres].some((data) => impedidas.has(data))) return null;
    for (const outro of todos) {
      if (outro === candidato || outro.espaco.fuso !== espaco.fuso || seCruzam(outro.espaco, espaco)) continue;
      if (!periodos.every((_, i) => erros[i] === null || outro.erros[i] === null)) continue;
      const la = periodos.filter((_, i) => erros[i] !== null);
      const cabe =
        !procura.usuario || (await this.nenhumaRecusa(outro, la, procura.usuario.id, [1, periodos.length - la.length]));
      await procura.folego.take();
      if (!cabe) continue;
      const pedidos = [corpo(procura, espaco, { menos: impedidas }), corpo(procura, outro.espaco, { menos: livres })];
      const quantas = `${la.length} das ${periodos.length} ocorrências em ${outro.mostrado.nome}`;
      const { precoHoraCentavos: _, ...outroEspaco } = outro.mostrado;
      return saida('OUTRO_ESPACO', quantas, pedidos, { outroEspaco });
    }
    return null;
  }
}

const MOSTRADO = `e.id, e.nome, e.tipo, e.cidade, e.capacidade, e.fuso, e.preco_hora_centavos::float8 AS "precoHoraCentavos"`;

const aoRedor = ({ inicio, fim }: Intervalo): Intervalo => ({
  inicio: inicio - ALCANCE_MINUTOS * MINUTO_MS,
  fim: fim + ALCANCE_MINUTOS * MINUTO_MS,
});

const mover = ({ inicio, fim }: Intervalo, deInicio: number, deFim: number): PeriodoReserva =>
  PeriodoReserva.de(new Date(inicio + deInicio * MINUTO_MS), new Date(fim + deFim * MINUTO_MS));

const seCruzam = (a: Espaco, b: Espaco): boolean => a.unidades.some((unidade) => b.unidades.includes(unidade));

/** Of those that do not overlap each other, in order, the ones that touch the window. */
function trecho(ocupacoes: readonly Ocupacao[], { inicio, fim }: Intervalo): readonly Ocupacao[] {
  let [de, ate] = [0, ocupacoes.length];
  while (de < ate) {
    const meio = (de + ate) >> 1;
    if ((ocupacoes[meio]?.fim ?? inicio) <= inicio) de = meio + 1;
    else ate = meio;
  }
  const dentro: Ocupacao[] = [];
  for (let i = de; i < ocupacoes.length; i++) {
    const ocupacao = ocupacoes[i];
    if (!ocupacao || ocupacao.inicio >= fim) break;
    dentro.push(ocupacao);
  }
  return dentro;
}

/** What is too long is not looked at any further. */
const semDuracao = (espaco: Espaco, periodo: Intervalo): ErroDeReserva | null =>
  porque(() => duracaoDe(espaco, periodo));
const recusa = (agenda: Parameters<typeof verificarAgenda>[0], periodo: PeriodoReserva): ErroDeReserva | null =>
  porque(() => verificarAgenda(agenda, periodo));

function porque(tentar: () => unknown): ErroDeReserva | null {
  try {
    tentar();
    return null;
  } catch (error) {
    if (error instanceof ErroDeReserva) return error;
    throw error;
  }
}

/** The body that POST /v1/series takes. */
function corpo(
  { busca, primeiro: pedido }: Procura,
  espaco: Espaco,
  { primeiro = pedido, menos = new Set() }: { primeiro?: Intervalo; menos?: ReadonlySet<string> } = {},
): NovaSerieHttp {
  return {
    espacoId: espaco.id,
    inicio: iso(primeiro.inicio),
    fim: iso(primeiro.fim),
    regra: busca.regra,
    excecoes: [...new Set([...busca.excecoes, ...menos])].sort(),
    modo: 'TUDO_OU_NADA',
    cobranca: 'OCORRENCIA',
  };
}

const saida = (
  tipo: SaidaHttp['tipo'],
  descricao: string,
  pedidos: NovaSerieHttp[],
  { minutos = null, outroEspaco = null }: Partial<Pick<SaidaHttp, 'minutos' | 'outroEspaco'>> = {},
): SaidaHttp => ({ tipo, descricao, minutos, outroEspaco, pedidos });

/** Those that are free, without the others: by their dates, or, where a day has both, by letting them be refused. */
function pular(procura: Procura, { espaco, periodos, erros }: Candidato): SaidaHttp {
  const datas = periodos.map((periodo) => dataDaOcorrencia(espaco.fuso, periodo));
  const impedidas = new Set(datas.filter((_, i) => erros[i] !== null));
  const porData = periodos.every((_, i) => erros[i] !== null || !impedidas.has(datas[i] ?? ''));
  const pedido = porData
    ? corpo(procura, espaco, { menos: impedidas })
    : { ...corpo(procura, espaco), modo: 'PULAR_CONFLITOS' as const };
  const quantas = erros.filter((erro) => erro !== null).length;
  return saida('PULAR', `Sem ${quantas} das ${periodos.length} ocorrências`, [pedido]);
}
