import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  COLUNAS_DAS_PLANILHAS,
  type EdicaoDeEspacoHttp,
  edicaoDeEspacoHttp,
  type EspacoHttp,
  type ImportacaoHttp,
  type NovaImportacaoHttp,
  novoBloqueioHttp,
} from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import { ErroDeReserva, PlanilhaIlegivel } from '../domain/errors.js';
import type { Espaco } from '../domain/espaco.js';
import { PeriodoReserva } from '../domain/periodo-reserva.js';
import { centavosLidos, lerPlanilha, type LinhaDaPlanilha, relogioLido } from '../domain/planilha.js';
import { instanteDe } from '../domain/relogio.js';
import { CriarEspaco, MudarSituacaoDoEspaco, SubstituirEspaco } from './administrar-espacos.js';
import { BloquearEspaco } from './bloquear-espaco.js';
import { lerCalendario } from './ler-calendario.js';
import { lerEspaco } from './ler-espaco.js';
import { BloqueioRepository, CatalogoRepository, EspacoRepository } from './ports.js';

const MAX_LINHAS = 2_000;
const MAX_CONTADAS = 500;

type Contada = ImportacaoHttp['linhas'][number];
type Erros = Contada['erros'];
type Feito = Pick<Contada, 'oQue'> & { readonly situacao: Exclude<Contada['situacao'], 'ERRO'> };

/** A line says what cannot be. */
class CamposErrados extends Error {
  constructor(readonly erros: Erros) {
    super('linha errada');
  }
}
const errada = (campo: string, mensagem: string) => new CamposErrados([{ campo, mensagem }]);

/** Undoes what was done, and carries what is to be told of it past the transaction. */
class SemEfeito extends Error {
  constructor(readonly relatorio: ImportacaoHttp) {
    super('sem efeito');
  }
}

export class TrazerPlanilha extends Command<ImportacaoHttp> {
  constructor(
    readonly importacao: NovaImportacaoHttp,
    readonly autorId: string,
  ) {
    super();
  }
}

/**
 * Brings a file in one transaction, each line as if somebody had typed it. To simulate is to do it and undo it, so that
 * nothing is told that would not be; with one wrong line nothing stays. What is here already stays as it is, so that the
 * same file can come again after whatever interrupted it.
 */
@CommandHandler(TrazerPlanilha)
export class TrazerPlanilhaHandler implements ICommandHandler<TrazerPlanilha> {
  constructor(
    private readonly database: Database,
    private readonly commands: CommandBus,
    private readonly catalogo: CatalogoRepository,
    private readonly espacos: EspacoRepository,
    private readonly bloqueios: BloqueioRepository,
  ) {}

  /** @throws PlanilhaIlegivel, EspacoInexistente */
  async execute({ importacao, autorId }: TrazerPlanilha): Promise<ImportacaoHttp> {
    try {
      return await this.database.transaction(async () => {
        const linhas = await this.bring(importacao, autorId);
        const relatorio = relatar(linhas);
        if (importacao.simular || relatorio.erros > 0)
          throw new SemEfeito({ ...relatorio, situacao: importacao.simular ? 'SIMULADA' : 'RECUSADA' });
        return relatorio;
      });
    } catch (error) {
      if (error instanceof SemEfeito) return error.relatorio;
      throw error;
    }
  }

  private async bring({ tipo, formato, espacoId, conteudo }: NovaImportacaoHttp, autorId: string): Promise<Contada[]> {
    const trazer = new Trazer(this.database, this.commands, this.catalogo, this.espacos, this.bloqueios, autorId);
    if (formato === 'ICAL') {
      const { espaco, agora } = await this.espacos.load(espacoId ?? '');
      const eventos = await lerCalendario(conteudo, { fuso: espaco.fuso, agora, maximo: MAX_LINHAS });
      return trazer.each(eventos, ({ inicio, fim, titulo }) => trazer.reserva(espaco, { inicio, fim }, titulo.trim()));
    }
    const planilha = lerPlanilha(conteudo, {
      conhecidas: COLUNAS_DAS_PLANILHAS[tipo],
      exigidas: tipo === 'espacos' ? ['espaco', 'cidade'] : COLUNAS_DAS_PLANILHAS[tipo],
      maximo: MAX_LINHAS,
    });
    if (planilha.length === 0) throw new PlanilhaIlegivel('Só há os nomes das colunas');
    if (tipo === 'espacos') return trazer.each(planilha, (linha) => trazer.espaco(linha));
    if (tipo === 'reservas') return trazer.each(planilha, (linha) => trazer.linhaDeReserva(linha));
    return trazer.each(porEspaco(planilha), (doEspaco) => trazer.horarios(doEspaco));
  }
}

/** The hours of a space, from however many lines; told of at its first. */
interface HorariosDoEspaco {
  readonly linha: number;
  readonly linhas: readonly LinhaDaPlanilha[];
}

function porEspaco(planilha: readonly LinhaDaPlanilha[]): HorariosDoEspaco[] {
  const grupos = new Map<string, LinhaDaPlanilha[]>();
  for (const linha of planilha) {
    const chave = `${linha.campos['espaco']}\n${linha.campos['cidade']}`;
    grupos.set(chave, [...(grupos.get(chave) ?? []), linha]);
  }
  return [...grupos.values()].map((linhas) => ({ linha: linhas[0]?.linha ?? 1, linhas }));
}

function relatar(linhas: readonly Contada[]): ImportacaoHttp {
  const quantas = (situacao: Contada['situacao']) => linhas.filter((linha) => linha.situacao === situacao).length;
  const comErro = linhas.filter(({ situacao }) => situacao === 'ERRO');
  const outras = linhas.filter(({ situacao }) => situacao !== 'ERRO');
  return {
    situacao: 'FEITA',
    novas: quantas('NOVA'),
    mudadas: quantas('MUDADA'),
    iguais: quantas('IGUAL'),
    erros: comErro.length,
    linhas: [...comErro, ...outras].slice(0, MAX_CONTADAS),
  };
}

/** Of a field of the contract, its column. */
const COLUNA_DE: Readonly<Record<string, string>> = {
  nome: 'espaco',
  quantidadeUnidades: 'unidades',
  precoHoraCentavos: 'preco_hora',
  duracaoMinimaMinutos: 'duracao_minima_min',
  duracaoMaximaMinutos: 'duracao_maxima_min',
  passoMinutos: 'passo_min',
  folgaAntesMinutos: 'folga_antes_min',
  folgaDepoisMinutos: 'folga_depois_min',
};

const inteiro = (valor: string): number => (/^\d{1,9}$/.test(valor) ? Number(valor) : Number.NaN);
const mesmo = (valor: string): string => valor;
/** What a column says of a space; where it is empty, or not there, the space stays as it is. */
const LER: Readonly<Record<string, (valor: string) => Partial<Record<keyof EdicaoDeEspacoHttp, unknown>>>> = {
  tipo: (valor) => ({ tipo: valor.toUpperCase() }),
  endereco: (endereco) => ({ endereco }),
  fuso: (fuso) => ({ fuso }),
  capacidade: (valor) => ({ capacidade: inteiro(valor) }),
  unidades: (valor) => ({ quantidadeUnidades: inteiro(valor) }),
  preco_hora: (valor) => ({ precoHoraCentavos: centavosLidos(valor) ?? Number.NaN }),
  duracao_minima_min: (valor) => ({ duracaoMinimaMinutos: inteiro(valor) }),
  duracao_maxima_min: (valor) => ({ duracaoMaximaMinutos: inteiro(valor) }),
  passo_min: (valor) => ({ passoMinutos: inteiro(valor) }),
  folga_antes_min: (valor) => ({ folgaAntesMinutos: inteiro(valor) }),
  folga_depois_min: (valor) => ({ folgaDepoisMinutos: inteiro(valor) }),
  descricao: (descricao) => ({ descricao: mesmo(descricao) }),
  recursos: (valor) => ({ recursos: valor.split(/[\s,;|]+/).filter(Boolean) }),
};

/** A space that the file does not describe further. */
const NOVO = {
  tipo: 'SALA',
  fuso: 'America/Sao_Paulo',
  horarios: [],
  duracaoMinimaMinutos: 60,
  duracaoMaximaMinutos: 480,
  passoMinutos: 30,
  politicaCancelamento: [{ horasAntes: 24, percentual: 100 }],
};

/** A space as it would be written to stay as it is. */
function edicaoDe(espaco: EspacoHttp): EdicaoDeEspacoHttp {
  const { id: _id, versao: _v, situacao: _s, unidades, moeda: _m, restrito: _r, alteradoEm: _a, ...regras } = espaco;
  return { ...regras, quantidadeUnidades: espaco.partes.length > 0 ? 1 : unidades };
}

/** @throws CamposErrados */
function edicaoLida(edicao: Readonly<Record<string, unknown>>): EdicaoDeEspacoHttp {
  const lida = edicaoDeEspacoHttp.safeParse(edicao);
  if (lida.success) return lida.data;
  throw new CamposErrados(
    lida.error.issues.map(({ path, message }) => {
      const campo = String(path[0] ?? '');
      return { campo: COLUNA_DE[campo] ?? campo, mensagem: message };
    }),
  );
}

/** What one file is brought by; it remembers the spaces that it has found. */
class Trazer {
  private readonly conhecidos = new Map<string, Espaco>();
  /** Of what was here before the file came, how many of its lines may still be. */
  private readonly porAchar = new Map<string, number>();

  constructor(
    private readonly database: Database,
    private readonly commands: CommandBus,
    private readonly catalogo: CatalogoRepository,
    private readonly espacos: EspacoRepository,
    private readonly bloqueios: BloqueioRepository,
    private readonly autorId: string,
  ) {}

  /** Each on its own: what is wrong with one takes nothing from the others, so that all of it is told at once. */
  async each<T extends { readonly linha: number }>(
    itens: readonly T[],
    bring: (item: T) => Promise<Feito>,
  ): Promise<Contada[]> {
    const linhas: Contada[] = [];
    for (const item of itens) {
      try {
        const feito = await this.database.savepoint(() => bring(item));
        linhas.push({ linha: item.linha, ...feito, erros: [] });
      } catch (error) {
        if (!(error instanceof CamposErrados) && !(error instanceof ErroDeReserva)) throw error;
        const erros = error instanceof CamposErrados ? error.erros : [{ campo: '', mensagem: error.message }];
        linhas.push({ linha: item.linha, situacao: 'ERRO', oQue: '', erros });
      }
    }
    return linhas;
  }

  async espaco({ campos }: LinhaDaPlanilha): Promise<Feito> {
    const { espaco: nome = '', cidade = '', publicado = '' } = campos;
    if (!/^(sim|n[aã]o|)$/i.test(publicado)) throw errada('publicado', 'esperado sim ou nao');
    const dito: Record<string, unknown> = Object.assign(
      {},
      ...Object.entries(campos).map(([coluna, valor]) => (valor === '' ? {} : LER[coluna]?.(valor))),
    ) as Record<string, unknown>;
    const publicar = publicado.toLowerCase() === 'sim';
    const id = await this.idOf(nome, cidade);
    if (id === undefined) {
      const novo = await this.commands.execute(
        new CriarEspaco(edicaoLida({ ...NOVO, nome, cidade, ...dito }), this.autorId),
      );
      if (publicar) await this.commands.execute(new MudarSituacaoDoEspaco(novo, 'PUBLICADO', this.mudanca()));
      return { situacao: 'NOVA', oQue: nome };
    }
    const atual = await lerEspaco(this.database, id);
    if (!atual) throw errada('espaco', 'não existe');
    const antes = edicaoDe(atual);
    const mudou = await this.change(id, antes, { ...antes, ...dito });
    const aPublicar = publicar && atual.situacao !== 'PUBLICADO';
    if (aPublicar) await this.commands.execute(new MudarSituacaoDoEspaco(id, 'PUBLICADO', this.mudanca()));
    return { situacao: mudou || aPublicar ? 'MUDADA' : 'IGUAL', oQue: nome };
  }

  async horarios({ linhas }: HorariosDoEspaco): Promise<Feito> {
    const { espaco: nome = '', cidade = '' } = linhas[0]?.campos ?? {};
    const id = await this.idOf(nome, cidade);
    const atual = id === undefined ? undefined : await lerEspaco(this.database, id);
    if (id === undefined || !atual) throw errada('espaco', `não há ${nome} em ${cidade}`);
    const horarios = linhas
      .map(({ campos }) => ({
        diaSemana: inteiro(campos['dia_semana'] ?? ''),
        abre: campos['abre'] ?? '',
        fecha: campos['fecha'] ?? '',
      }))
      .sort((a, b) => a.diaSemana - b.diaSemana || a.abre.localeCompare(b.abre));
    const antes = edicaoDe(atual);
    const mudou = await this.change(id, antes, { ...antes, horarios });
    return { situacao: mudou ? 'MUDADA' : 'IGUAL', oQue: nome };
  }

  async linhaDeReserva({ campos }: LinhaDaPlanilha): Promise<Feito> {
    const { espaco: nome = '', cidade = '', titulo = '' } = campos;
    const id = await this.idOf(nome, cidade);
    if (id === undefined) throw errada('espaco', `não há ${nome} em ${cidade}`);
    const espaco = this.conhecidos.get(id) ?? (await this.espacos.load(id)).espaco;
    this.conhecidos.set(id, espaco);
    const instante = (campo: 'inicio' | 'fim'): number => {
      const local = relogioLido(campos[campo] ?? '');
      if (local === undefined) throw errada(campo, 'esperado dia e hora, como 2026-12-01 10:00 ou 01/12/2026 10:00');
      return instanteDe(espaco.fuso, local);
    };
    return this.reserva(espaco, { inicio: instante('inicio'), fim: instante('fim') }, titulo);
  }

  /** Takes one unit of the space, or all where it is taken whole, for what was booked elsewhere. */
  async reserva(espaco: Espaco, { inicio, fim }: { inicio: number; fim: number }, titulo: string): Promise<Feito> {
    const lido = novoBloqueioHttp.shape.motivo.safeParse(titulo === '' ? 'Reserva trazida de outro lugar' : titulo);
    if (!lido.success) throw errada('titulo', lido.error.issues[0]?.message ?? '');
    const motivo = lido.data;
    const periodo = PeriodoReserva.de(new Date(inicio), new Date(fim));
    const chave = `${espaco.id} ${inicio} ${fim} ${motivo}`;
    const deAntes = this.porAchar.get(chave) ?? (await this.bloqueios.count(espaco.id, periodo, motivo));
    this.porAchar.set(chave, Math.max(0, deAntes - 1));
    const oQue = `${espaco.nome}, ${new Date(inicio).toISOString()}`;
    if (deAntes > 0) return { situacao: 'IGUAL', oQue };
    const livre = espaco.ocupa === 'UMA' ? await this.bloqueios.findFree(espaco.unidades, periodo) : undefined;
    const unidades = livre === undefined ? espaco.unidades : [livre];
    await this.commands.execute(new BloquearEspaco(espaco.id, periodo, motivo, unidades, this.autorId));
    return { situacao: 'NOVA', oQue };
  }

  /** @returns whether there was anything to change */
  private async change(
    id: string,
    antes: EdicaoDeEspacoHttp,
    depois: Readonly<Record<string, unknown>>,
  ): Promise<boolean> {
    const lida = edicaoLida(depois);
    if (JSON.stringify(lida) === JSON.stringify(edicaoLida(antes))) return false;
    await this.commands.execute(new SubstituirEspaco(id, lida, this.mudanca()));
    this.conhecidos.delete(id);
    return true;
  }

  /** @throws CamposErrados when several have the name */
  private async idOf(nome: string, cidade: string): Promise<string | undefined> {
    const [id, outro] = await this.catalogo.find(nome.normalize('NFC'), cidade.normalize('NFC'));
    if (outro !== undefined) throw errada('espaco', `há mais de um ${nome} em ${cidade}`);
    return id;
  }

  private mudanca() {
    return { autorId: this.autorId, versaoLida: undefined };
  }
}
