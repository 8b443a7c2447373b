import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { PorQueHttp, RegraImpeditiva } from '@plataforma/contracts';
import { Database, Folego, type Usuario } from '@plataforma/platform';
import { type Agenda, horariosProximos, verificarAgenda } from '../domain/agenda.js';
import { conflito } from '../domain/disponibilidade.js';
import {
  AlemDoHorizonte,
  AntecedenciaInsuficiente,
  CapacidadeInsuficiente,
  DuracaoForaDoPermitido,
  ErroDeReserva,
  EspacoIndisponivel,
  EspacoInexistente,
  FimForaDaGrade,
  ForaDoHorario,
  InicioForaDaGrade,
  PeriodoNoPassado,
  SemAcessoAoEspaco,
} from '../domain/errors.js';
import { duracaoDe, type Espaco } from '../domain/espaco.js';
import { aoAlcance, DIA_MS, type Intervalo, MINUTO_MS, type PeriodoReserva } from '../domain/periodo-reserva.js';
import { Acessos, espacosQue } from './acessos.js';
import { Agendas } from './agendas.js';
import { ondeEstaLivre } from './consultar-espacos.js';
import { EspacoRepository, RestricaoDaPessoa } from './ports.js';

type Impedimento = NonNullable<PorQueHttp['impedimento']>;
type OutroEspaco = PorQueHttp['alternativas']['outrosEspacos'][number];

/** How far alternatives are looked for, to each side, and how many are given. */
const ALCANCE_MS = 7 * DIA_MS;
const HORARIOS_DE_CADA_LADO = 2;
const OUTROS_ESPACOS = 3;
const MAX_CANDIDATOS = 100;

const EXPLICACOES = {
  FOLGA: 'O horário está livre, mas falta o intervalo de preparação entre reservas vizinhas',
  BLOQUEADO: 'O espaço está bloqueado por quem o administra neste período',
  RESERVADO: 'O espaço já está reservado neste período',
} as const;

/** Why a period cannot be booked, and what can be instead. */
export class PorQueNao extends Query<PorQueHttp> {
  constructor(
    readonly espacoId: string,
    readonly periodo: PeriodoReserva,
    readonly pessoas: number | undefined,
    readonly usuario: Usuario | undefined,
  ) {
    super();
  }
}

@QueryHandler(PorQueNao)
export class PorQueNaoHandler implements IQueryHandler<PorQueNao> {
  constructor(
    private readonly database: Database,
    private readonly espacos: EspacoRepository,
    private readonly agendas: Agendas,
    private readonly restricao: RestricaoDaPessoa,
    private readonly acessos: Acessos,
  ) {}

  /**
   * The first rule that forbids the period, by the very checks that a booking goes through, and the nearest
   * alternatives. `usuario` is who would book, when known.
   * @throws EspacoInexistente
   */
  async execute({ espacoId: id, periodo, pessoas, usuario }: PorQueNao): Promise<PorQueHttp> {
    const lido = await this.espacos.load(id);
    const agenda = await this.agendas.inDetail(lido, aoAlcance(periodo));
    const erro = await this.refusal(agenda, periodo, pessoas, usuario);
    if (erro === null)
      return { livre: true, impedimento: null, alternativas: { outrosHorarios: [], outrosEspacos: [] } };
    if (erro instanceof EspacoInexistente) throw erro;
    return {
      livre: false,
      impedimento: impedimentoDe(erro, agenda, periodo),
      alternativas: {
        outrosHorarios:
          erro instanceof CapacidadeInsuficiente || erro instanceof SemAcessoAoEspaco
            ? []
            : await this.otherTimes(lido, periodo),
        outrosEspacos: await this.otherSpaces(lido.espaco, periodo, pessoas ?? lido.espaco.capacidade, usuario),
      },
    };
  }

  private async refusal(
    agenda: Agenda,
    periodo: PeriodoReserva,
    pessoas: number | undefined,
    usuario: Usuario | undefined,
  ): Promise<ErroDeReserva | null> {
    const { espaco } = agenda;
    try {
      await this.acessos.exigir(espaco, usuario, 'RESERVAR');
      verificarAgenda(agenda, periodo);
      if (pessoas !== undefined && pessoas > espaco.capacidade) throw new CapacidadeInsuficiente(espaco.capacidade);
      if (usuario !== undefined) await this.restricao.check(espaco, periodo, usuario.id);
      return null;
    } catch (error) {
      if (error instanceof ErroDeReserva) return error;
      throw error;
    }
  }

  /** The starts nearest to the one that was wanted, before and after it, for the duration nearest to that wanted. */
  private async otherTimes(
    lido: { espaco: Espaco; agora: number },
    periodo: PeriodoReserva,
  ): Promise<PorQueHttp['alternativas']['outrosHorarios']> {
    const duracaoMinutos = duracaoMaisProxima(lido.espaco, periodo);
    const janela = { inicio: periodo.inicio - ALCANCE_MS, fim: periodo.inicio + ALCANCE_MS };
    const alem = duracaoMinutos * MINUTO_MS + DIA_MS;
    const agenda = await this.agendas.of(lido, { inicio: janela.inicio, fim: janela.fim + alem });
    const [antes, depois]: [Intervalo[], Intervalo[]] = [[], []];
    const folego = new Folego();
    for (const proximos of horariosProximos(agenda, periodo.inicio, { duracaoMinutos, janela })) {
      antes.push(...proximos.filter(({ inicio }) => inicio < periodo.inicio));
      depois.push(...proximos.filter(({ inicio }) => inicio >= periodo.inicio));
      if (Math.min(antes.length, depois.length) >= HORARIOS_DE_CADA_LADO) break;
      await folego.take();
    }
    const dados = [antes.slice(0, HORARIOS_DE_CADA_LADO).reverse(), depois.slice(0, HORARIOS_DE_CADA_LADO)];
    return dados.flat().map(({ inicio, fim }) => ({
      inicio: new Date(inicio).toISOString(),
      fim: new Date(fim).toISOString(),
    }));
  }

  /** Spaces of the same city that are free then, those of the same type and of like price first. */
  private async otherSpaces(
    espaco: Espaco,
    periodo: PeriodoReserva,
    pessoas: number,
    usuario: Usuario | undefined,
  ): Promise<OutroEspaco[]> {
    const parametros: unknown[] = [espaco.id, pessoas, MAX_CANDIDATOS];
    const reservaveis = espacosQue('reservar', await this.acessos.vista(usuario), (um) => `$${parametros.push(um)}`);
    const candidatos = await this.database.read<OutroEspaco>(
      `SELECT e.id, e.nome, e.tipo, e.capacidade, e.preco_hora_centavos::float8 AS "precoHoraCentavos"
         FROM espacos e JOIN espacos este ON este.id = $1
        WHERE e.cidade_buscada = este.cidade_buscada AND e.situacao = 'PUBLICADO' AND e.id <> este.id AND e.capacidade >= $2
          AND ${reservaveis}
        ORDER BY e.tipo = este.tipo DESC, abs(e.preco_hora_centavos - este.preco_hora_centavos), e.nome_ordenado, e.id LIMIT $3`,
      parametros,
    );
    const agendas = await this.agendas.ofMany(
      candidatos.map(({ id }) => id),
      aoAlcance(periodo),
    );
    const livres = await ondeEstaLivre(agendas, { periodo });
    return candidatos.filter(({ id }) => livres.has(id)).slice(0, OUTROS_ESPACOS);
  }
}

/** What can be booked of the space and is nearest to what was wanted, in minutes as its rules count them. */
function duracaoMaisProxima(espaco: Espaco, periodo: Intervalo): number {
  const { duracaoMinimaMinutos: minima, duracaoMaximaMinutos: maxima, passoMinutos } = espaco;
  try {
    return duracaoDe(espaco, periodo);
  } catch (error) {
    if (!(error instanceof DuracaoForaDoPermitido)) throw error;
    const minutos = Math.ceil((periodo.fim - periodo.inicio) / MINUTO_MS / passoMinutos) * passoMinutos;
    return Math.min(Math.max(minutos, minima), maxima);
  }
}

function impedimentoDe(erro: ErroDeReserva, { espaco, ocupados }: Agenda, periodo: PeriodoReserva): Impedimento {
  if (!(erro instanceof EspacoIndisponivel))
    return { regra: regraDe(erro, espaco, periodo), code: erro.code, explicacao: erro.message };
  const causa = conflito(periodo, ocupados, espaco) ?? 'RESERVADO';
  return { regra: causa, code: erro.code, explicacao: EXPLICACOES[causa] };
}

function regraDe(erro: ErroDeReserva, espaco: Espaco, periodo: PeriodoReserva): RegraImpeditiva {
  if (erro instanceof DuracaoForaDoPermitido)
    return periodo.minutos < espaco.duracaoMinimaMinutos ? 'CURTO_DEMAIS' : 'LONGO_DEMAIS';
  switch (erro.code) {
    case PeriodoNoPassado.code:
      return 'PASSADO';
    case AntecedenciaInsuficiente.code:
      return 'ANTECEDENCIA';
    case AlemDoHorizonte.code:
      return 'HORIZONTE';
    case ForaDoHorario.code:
      return 'FECHADO';
    case InicioForaDaGrade.code:
    case FimForaDaGrade.code:
      return 'FORA_DA_GRADE';
    case CapacidadeInsuficiente.code:
      return 'CAPACIDADE';
    case SemAcessoAoEspaco.code:
      return 'ACESSO';
    default:
      // What is left depends on who books.
      return 'COTA';
  }
}
