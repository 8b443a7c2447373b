import { unir } from './disponibilidade.js';
import { DuracaoForaDoPermitido, ForaDoHorario, InicioForaDaGrade, PeriodoNoPassado } from './errors.js';
import { type Intervalo, MINUTO_MS, type PeriodoReserva } from './periodo-reserva.js';
import type { FaixaDeReembolso } from './politica-cancelamento.js';
import type { RegraDePreco } from './preco.js';

/** Opening hours of one weekday (1 = Monday … 7 = Sunday), local wall-clock 'HH:MM'; `fecha` ≤ `abre` crosses midnight. */
export interface HorarioFuncionamento {
  readonly diaSemana: number;
  readonly abre: string;
  readonly fecha: string;
}

/** A date (local, 'YYYY-MM-DD') whose hours are others than its weekday's; without any, the space stays closed. */
export interface ExcecaoDeHorario {
  readonly data: string;
  readonly horarios: readonly Omit<HorarioFuncionamento, 'diaSemana'>[];
  readonly descricao?: string;
}

/** What the rules of booking need to know of a space. */
export interface Espaco {
  readonly id: string;
  /** Counts the changes of its rules; a booking keeps the one that it was made under. */
  readonly versao: number;
  readonly situacao: 'RASCUNHO' | 'PUBLICADO' | 'ARQUIVADO';
  readonly nome: string;
  readonly cidade: string;
  readonly fuso: string;
  /** Ids of its units, sorted: locks are always taken in this order. */
  readonly unidades: readonly string[];
  readonly ocupa: 'UMA' | 'TODAS';
  readonly horarios: readonly HorarioFuncionamento[];
  readonly excecoes: readonly ExcecaoDeHorario[];
  readonly folgaAntesMinutos: number;
  readonly folgaDepoisMinutos: number;
  readonly duracaoMinimaMinutos: number;
  readonly duracaoMaximaMinutos: number;
  readonly passoMinutos: number;
  /** A booking is made at least so long before its start, and at most so many days ahead (null = any). */
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
}

/**
 * Checks a period against the space's rules. `abertos` are the opening intervals around the period, `agora` is ms.
 * @throws PeriodoNoPassado, DuracaoForaDoPermitido, ForaDoHorario, InicioForaDaGrade
 */
export function verificarPeriodo(
  espaco: Espaco,
  periodo: PeriodoReserva,
  abertos: readonly Intervalo[],
  agora: number,
): void {
  if (periodo.inicio < agora) throw new PeriodoNoPassado();
  const { duracaoMinimaMinutos: minima, duracaoMaximaMinutos: maxima, passoMinutos } = espaco;
  if (periodo.minutos < minima || periodo.minutos > maxima) throw new DuracaoForaDoPermitido(minima, maxima);
  const abertura = unir(abertos).find(({ inicio, fim }) => inicio <= periodo.inicio && periodo.fim <= fim);
  if (!abertura) throw new ForaDoHorario();
  if ((periodo.inicio - abertura.inicio) % (passoMinutos * MINUTO_MS) !== 0) throw new InicioForaDaGrade(passoMinutos);
}
