import type { AcessoAoEspaco } from './acesso.js';
import { unir } from './disponibilidade.js';
import {
  AlemDoHorizonte,
  AntecedenciaInsuficiente,
  DuracaoForaDoPermitido,
  EspacoInexistente,
  FimForaDaGrade,
  ForaDoHorario,
  HorariosSobrepostos,
  InicioForaDaGrade,
  PeriodoNoPassado,
} from './errors.js';
import {
  DIA_MS,
  DURACAO_MAXIMA_MINUTOS,
  HORIZONTE_MAXIMO_DIAS,
  type Intervalo,
  MINUTO_MS,
  type PeriodoReserva,
} from './periodo-reserva.js';
import type { FaixaDeReembolso } from './politica-cancelamento.js';
import type { RegraDePreco } from './preco.js';
import { paredeDe } from './relogio.js';

/** Opening hours of one weekday (1 = Monday … 7 = Sunday), local wall-clock 'HH:MM'; `fecha` ≤ `abre` crosses midnight. */
export interface HorarioFuncionamento {
  readonly diaSemana: number;
  readonly abre: string;
  readonly fecha: string;
}
export type HorarioDoDia = Omit<HorarioFuncionamento, 'diaSemana'>;

/** A date (local, 'YYYY-MM-DD') whose hours are others than its weekday's; without any, the space stays closed. */
export interface ExcecaoDeHorario {
  readonly data: string;
  readonly horarios: readonly HorarioDoDia[];
  readonly descricao?: string;
}

/** When a space is open. An exception goes before a holiday, and a holiday before the week. */
export interface Funcionamento {
  readonly fuso: string;
  readonly horarios: readonly HorarioFuncionamento[];
  readonly excecoes: readonly ExcecaoDeHorario[];
  /** Its hours on a holiday: none when empty; null takes no notice of holidays. */
  readonly horariosEmFeriado: readonly HorarioDoDia[] | null;
}

/** The rules of booking that an admin gives a space. */
export interface RegrasDoEspaco extends Funcionamento {
  readonly nome: string;
  readonly cidade: string;
  /** How many people fit. */
  readonly capacidade: number;
  readonly folgaAntesMinutos: number;
  readonly folgaDepoisMinutos: number;
  /** A space by the day is open for whole days, and booked for openings of it, one after the other, as they are. */
  readonly unidadeDuracao: 'MINUTO' | 'DIA';
  /** Of a space by the day, 1440 for each day, whether clocks give it 23, 24 or 25 hours. */
  readonly duracaoMinimaMinutos: number;
  readonly duracaoMaximaMinutos: number;
  /** Both ends are on this grid, which begins anew with each opening. */
  readonly passoMinutos: number;
  /** A booking is made at least so long before its start, and at most so many days of 24 h ahead (null = the platform's limit). */
  readonly antecedenciaMinimaMinutos: number;
  readonly horizonteDias: number | null;
  /** Limits per person: bookings that are held or confirmed and not over, and hours a week (null = none). */
  readonly cotaReservasAtivas: number | null;
  readonly cotaHorasSemana: number | null;
  readonly requerAprovacao: boolean;
  /** How long a request waits for an answer, never beyond its start. */
  readonly prazoAprovacaoHoras: number;
  readonly precoHoraCentavos: number;
  /** What each day costs, of a space by the day; null of others. */
  readonly precoDiaCentavos: number | null;
  readonly regrasDePreco: readonly RegraDePreco[];
  readonly precoMinimoCentavos: number;
  /** Share that is paid at once (null = everything); the rest is due `saldoHorasAntes` before the start. */
  readonly sinalPercentual: number | null;
  readonly saldoHorasAntes: number;
  /** Whether who does not check in within `toleranciaMinutos` of the start loses the booking. */
  readonly exigeCheckin: boolean;
  readonly toleranciaMinutos: number;
  readonly politicaCancelamento: readonly FaixaDeReembolso[];
  /** How long an unpaid booking holds the space, s; null = the platform's default. */
  readonly retencaoSegundos: number | null;
  /** By how much the chosen means of payment (the QR code of a Pix) may lengthen that. */
  readonly prorrogacaoMaximaMinutos: number;
}

/** Everything that an admin says of a space: its rules, what people see of it, and its units. */
export interface CadastroDeEspaco extends RegrasDoEspaco {
  readonly tipo: 'SALA' | 'MESA' | 'QUADRA' | 'AUDITORIO' | 'ESTUDIO';
  readonly descricao: string;
  readonly endereco: string;
  readonly fotos: readonly string[];
  readonly recursos: readonly string[];
  /** So many equal units; of a composite space, none of its own. */
  readonly quantidadeUnidades: number;
  /** Spaces whose units it owns, all of them at once; empty when it is not composite. */
  readonly partes: readonly string[];
}

/** What the rules of booking need to know of a space. */
export interface Espaco extends RegrasDoEspaco {
  readonly id: string;
  /** Counts the changes of its rules; a booking keeps the one that it was made under. */
  readonly versao: number;
  readonly situacao: 'RASCUNHO' | 'PUBLICADO' | 'ARQUIVADO';
  /** Ids of its units, sorted: locks are always taken in this order. */
  readonly unidades: readonly string[];
  readonly ocupa: 'UMA' | 'TODAS';
  /** Holidays of its city from yesterday on, local dates. */
  readonly feriados: readonly string[];
  /** Who may do what with it; null: everybody. */
  readonly acesso: AcessoAoEspaco | null;
}

/** Within which instants (ms, both included) a booking that is made at `agora` may start. */
export function iniciosPermitidos(
  { antecedenciaMinimaMinutos, horizonteDias }: Pick<RegrasDoEspaco, 'antecedenciaMinimaMinutos' | 'horizonteDias'>,
  agora: number,
): Intervalo {
  return {
    inicio: agora + antecedenciaMinimaMinutos * MINUTO_MS,
    fim: agora + (horizonteDias ?? HORIZONTE_MAXIMO_DIAS) * DIA_MS,
  };
}

type RegrasDeDuracao = Pick<Espaco, 'unidadeDuracao' | 'duracaoMinimaMinutos' | 'duracaoMaximaMinutos' | 'fuso'>;

/**
 * How long a period is for the rules of a space, in minutes: its whole days count 1440 each, and what lasts as long as it
 * may by the wall clock, though clocks were changed meanwhile, lasts so long.
 * @throws DuracaoForaDoPermitido
 */
export function duracaoDe(espaco: RegrasDeDuracao, periodo: Intervalo): number {
  const { unidadeDuracao: unidade, duracaoMinimaMinutos: minima, fuso } = espaco;
  const maxima = Math.min(espaco.duracaoMaximaMinutos, DURACAO_MAXIMA_MINUTOS);
  const local = paredeDe(fuso, periodo);
  const passados = periodo.fim - periodo.inicio;
  const dias = local.diasInteiros ? Math.max(1, Math.round(passados / DIA_MS)) * DIA_MS : Infinity;
  const leituras = unidade === 'DIA' ? [dias] : [dias, passados, local.fim - local.inicio];
  const duracao = leituras.map((ms) => ms / MINUTO_MS).find((minutos) => minutos >= minima && minutos <= maxima);
  if (duracao === undefined) throw new DuracaoForaDoPermitido(minima, maxima, unidade);
  return duracao;
}

/**
 * Checks a period against the space's rules: what a booking obeys besides that its time is free. `abrir` gives the
 * opening intervals that touch the period; it is asked last, for a period that is short and soon enough. `agora` is ms.
 * @throws EspacoInexistente unless it is published, PeriodoNoPassado, DuracaoForaDoPermitido, AntecedenciaInsuficiente,
 * AlemDoHorizonte, ForaDoHorario, InicioForaDaGrade, FimForaDaGrade
 */
export function verificarPeriodo(
  espaco: Espaco,
  periodo: PeriodoReserva,
  agora: number,
  abrir: (janela: Intervalo) => readonly Intervalo[],
): void {
  const { antecedenciaMinimaMinutos, horizonteDias, passoMinutos } = espaco;
  if (espaco.situacao !== 'PUBLICADO') throw new EspacoInexistente();
  if (periodo.inicio < agora) throw new PeriodoNoPassado();
  duracaoDe(espaco, periodo);
  const permitidos = iniciosPermitidos(espaco, agora);
  if (periodo.inicio < permitidos.inicio) throw new AntecedenciaInsuficiente(antecedenciaMinimaMinutos);
  if (periodo.inicio > permitidos.fim) throw new AlemDoHorizonte(horizonteDias ?? HORIZONTE_MAXIMO_DIAS);
  const abertos = abrir(periodo);
  if (!unir(abertos).some(({ inicio, fim }) => inicio <= periodo.inicio && periodo.fim <= fim))
    throw new ForaDoHorario();
  if (!podeComecar(espaco, periodo.inicio, abertos)) throw new InicioForaDaGrade(passoMinutos);
  if (!podeTerminar(espaco, periodo, abertos)) throw new FimForaDaGrade(passoMinutos);
}

type Grade = Pick<Espaco, 'unidadeDuracao' | 'passoMinutos' | 'duracaoMinimaMinutos'>;

/** Whether an instant is on the grid that starts anew with each opening; of whole days, only that is. */
const podeComecar = (
  { unidadeDuracao, passoMinutos }: Grade,
  instante: number,
  abertos: readonly Intervalo[],
): boolean =>
  abertos.some(
    ({ inicio, fim }) =>
      inicio <= instante &&
      instante < fim &&
      (unidadeDuracao === 'DIA' ? inicio === instante : (instante - inicio) % (passoMinutos * MINUTO_MS) === 0),
  );

/** Whether a period ends on the grid, with an opening, or as soon as any may. `abertos` are sorted. */
export function podeTerminar(
  { unidadeDuracao, passoMinutos, duracaoMinimaMinutos }: Grade,
  periodo: Intervalo,
  abertos: readonly Intervalo[],
): boolean {
  if (unidadeDuracao === 'MINUTO' && periodo.fim - periodo.inicio === duracaoMinimaMinutos * MINUTO_MS) return true;
  // No opening is longer than a day, be it one of 25 hours: those that begin before do not matter.
  for (let i = antesDe(abertos, periodo.fim); i >= 0; i--) {
    const { inicio, fim } = abertos[i] ?? periodo;
    if (periodo.fim - inicio > 2 * DIA_MS) break;
    if (periodo.fim === fim) return true;
    const naGrade = unidadeDuracao === 'MINUTO' && (periodo.fim - inicio) % (passoMinutos * MINUTO_MS) === 0;
    if (naGrade && periodo.fim < fim) return true;
  }
  return false;
}

/** Index of the last of these, which are sorted, that begins before the instant; -1 when none does. */
function antesDe(intervalos: readonly Intervalo[], instante: number): number {
  let [de, ate] = [0, intervalos.length];
  while (de < ate) {
    const meio = (de + ate) >> 1;
    if ((intervalos[meio]?.inicio ?? instante) < instante) de = meio + 1;
    else ate = meio;
  }
  return de - 1;
}

const MINUTOS_DO_DIA = 24 * 60;
const MINUTOS_DA_SEMANA = 7 * MINUTOS_DO_DIA;

/** Minutes since midnight of 'HH:MM'. */
export function minutosDoDia(hora: string): number {
  const [horas = 0, minutos = 0] = hora.split(':').map(Number);
  return horas * 60 + minutos;
}

/** From its opening on; past the day's end when it crosses midnight. */
function intervaloDoDia({ abre, fecha }: HorarioDoDia): Intervalo {
  const [inicio, fim] = [minutosDoDia(abre), minutosDoDia(fecha)];
  return { inicio, fim: fim <= inicio ? fim + MINUTOS_DO_DIA : fim };
}

const sobrepoem = (intervalos: readonly Intervalo[]): boolean =>
  [...intervalos]
    .sort((a, b) => a.inicio - b.inicio)
    .some(({ inicio }, i, ordenados) => i > 0 && inicio < (ordenados[i - 1]?.fim ?? 0));

/** @throws HorariosSobrepostos when two stretches of the week, of an exception or of holidays share a minute */
export function verificarFuncionamento({
  horarios,
  excecoes,
  horariosEmFeriado,
}: Pick<Funcionamento, 'horarios' | 'excecoes' | 'horariosEmFeriado'>): void {
  const daSemana = horarios.map(({ diaSemana, ...horario }) => {
    const { inicio, fim } = intervaloDoDia(horario);
    const dia = (diaSemana - 1) * MINUTOS_DO_DIA;
    return { inicio: dia + inicio, fim: dia + fim };
  });
  // Sunday's night goes on into the first Monday of the next week.
  const seguinte = daSemana.map(({ inicio, fim }) => ({
    inicio: inicio + MINUTOS_DA_SEMANA,
    fim: fim + MINUTOS_DA_SEMANA,
  }));
  if (sobrepoem([...daSemana, ...seguinte])) throw new HorariosSobrepostos('na semana');
  for (const { data, horarios: doDia } of excecoes)
    if (sobrepoem(doDia.map(intervaloDoDia))) throw new HorariosSobrepostos(`em ${data}`);
  if (horariosEmFeriado && sobrepoem(horariosEmFeriado.map(intervaloDoDia)))
    throw new HorariosSobrepostos('nos feriados');
}
