import { unir } from './disponibilidade.js';
import {
  AlemDoHorizonte,
  AntecedenciaInsuficiente,
  DuracaoForaDoPermitido,
  EspacoInexistente,
  ForaDoHorario,
  HorariosSobrepostos,
  InicioForaDaGrade,
  PeriodoNoPassado,
} from './errors.js';
import { HORA_MS, type Intervalo, MINUTO_MS, type PeriodoReserva } from './periodo-reserva.js';
import type { FaixaDeReembolso } from './politica-cancelamento.js';
import type { RegraDePreco } from './preco.js';

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
  readonly duracaoMinimaMinutos: number;
  readonly duracaoMaximaMinutos: number;
  readonly passoMinutos: number;
  /** A booking is made at least so long before its start, and at most so many days of 24 h ahead (null = any). */
  readonly antecedenciaMinimaMinutos: number;
  readonly horizonteDias: number | null;
  /** Limits per person: bookings that are held or confirmed and not over, and hours a week (null = none). */
  readonly cotaReservasAtivas: number | null;
  readonly cotaHorasSemana: number | null;
  readonly requerAprovacao: boolean;
  /** How long a request waits for an answer, never beyond its start. */
  readonly prazoAprovacaoHoras: number;
  readonly precoHoraCentavos: number;
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
}

const DIA_MS = 24 * HORA_MS;

/** Within which instants (ms, both included) a booking that is made at `agora` may start. */
export function iniciosPermitidos(
  { antecedenciaMinimaMinutos, horizonteDias }: RegrasDoEspaco,
  agora: number,
): Intervalo {
  return {
    inicio: agora + antecedenciaMinimaMinutos * MINUTO_MS,
    fim: horizonteDias === null ? Infinity : agora + horizonteDias * DIA_MS,
  };
}

/**
 * Checks a period against the space's rules: what a booking obeys besides that its time is free. `abertos` are the
 * opening intervals that touch the period, `agora` is ms.
 * @throws EspacoInexistente unless it is published, PeriodoNoPassado, DuracaoForaDoPermitido, AntecedenciaInsuficiente,
 * AlemDoHorizonte, ForaDoHorario, InicioForaDaGrade
 */
export function verificarPeriodo(
  espaco: Espaco,
  periodo: PeriodoReserva,
  abertos: readonly Intervalo[],
  agora: number,
): void {
  if (espaco.situacao !== 'PUBLICADO') throw new EspacoInexistente();
  if (periodo.inicio < agora) throw new PeriodoNoPassado();
  const { duracaoMinimaMinutos: minima, duracaoMaximaMinutos: maxima, passoMinutos } = espaco;
  if (periodo.minutos < minima || periodo.minutos > maxima) throw new DuracaoForaDoPermitido(minima, maxima);
  const permitidos = iniciosPermitidos(espaco, agora);
  if (periodo.inicio < permitidos.inicio) throw new AntecedenciaInsuficiente(espaco.antecedenciaMinimaMinutos);
  if (espaco.horizonteDias !== null && periodo.inicio > permitidos.fim) throw new AlemDoHorizonte(espaco.horizonteDias);
  if (!unir(abertos).some(({ inicio, fim }) => inicio <= periodo.inicio && periodo.fim <= fim))
    throw new ForaDoHorario();
  if (!naGrade(periodo.inicio, abertos, passoMinutos)) throw new InicioForaDaGrade(passoMinutos);
}

/** Whether an instant is on the grid that starts anew with each opening. */
const naGrade = (instante: number, abertos: readonly Intervalo[], passoMinutos: number): boolean =>
  abertos.some(
    ({ inicio, fim }) => inicio <= instante && instante < fim && (instante - inicio) % (passoMinutos * MINUTO_MS) === 0,
  );

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
