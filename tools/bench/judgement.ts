import type { Spread } from './figures.ts';
import type { CpuTable, Findings, Limits, Plot, Row, Unit } from './scenario.ts';

/** What a run found, as `bench/results.json` has it. */
export interface Results {
  quando: string;
  maquina: { cpus: number; modelo: string; memoriaBytes: number; node: string; postgres: string; versao: string };
  rapido: boolean;
  duracaoSegundos: number;
  cenarios: ScenarioResults[];
  /** What `npm run invariants` said after all of it; absent when no scenario needed the whole platform. */
  invariantes?: { valem: boolean; disse: string };
}

export interface ScenarioResults {
  nome: string;
  titulo: string;
  duracaoSegundos: number;
  linhas: (Row & { veredito: Verdict })[];
  graficos: Plot[];
  cpu: CpuTable[];
  notas: string[];
  /** Why there is nothing else, when it failed. */
  falha?: string;
}

/**
 * `broken`: not even what must hold does; `between`: that does; `short`: nothing has to, and the goal is missed; `goal`;
 * `told`: there is nothing to hold it to.
 */
export type Verdict = 'broken' | 'between' | 'short' | 'goal' | 'told';

/** By the median: one round of a busy machine neither breaks nor makes it. */
export function judge({ better, must, goal }: Limits, { median }: Spread): Verdict {
  const reaches = (limit: number): boolean => (better === 'higher' ? median >= limit : median <= limit);
  if (must !== undefined && !reaches(must)) return 'broken';
  if (goal !== undefined && reaches(goal)) return 'goal';
  if (must !== undefined) return 'between';
  return goal === undefined ? 'told' : 'short';
}

export function scenarioResults(
  { name, title }: { name: string; title: string },
  duracaoSegundos: number,
  { rows, plots = [], cpu = [], notes = [] }: Findings,
): ScenarioResults {
  const linhas = rows.map((row) => ({ ...row, veredito: judge(row, row.measured) }));
  return { nome: name, titulo: title, duracaoSegundos, linhas, graficos: plots, cpu, notas: notes };
}

/** Whether every promise and every `must` holds, and every scenario could be measured. */
export const holds = ({ cenarios, invariantes }: Results): boolean =>
  invariantes?.valem !== false &&
  cenarios.every(({ falha, linhas }) => falha === undefined && linhas.every(({ veredito }) => veredito !== 'broken'));

const twoDecimals = new Intl.NumberFormat('pt-BR', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const oneDecimal = new Intl.NumberFormat('pt-BR', { maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat('pt-BR', { maximumFractionDigits: 0 });

/** As many digits as tell something. */
export function figure(value: number): string {
  if (Math.abs(value) >= 100) return whole.format(value);
  return Math.abs(value) >= 10 ? oneDecimal.format(value) : twoDecimals.format(value);
}

export const withUnit = (value: string, unit: Unit): string =>
  unit === '' || unit === 'expoente' ? value : unit === '/s' ? `${value}/s` : `${value} ${unit}`;

export const spreadText = ({ median, least, most }: Spread, unit: Unit): string =>
  withUnit(figure(median), unit) + (least === most ? '' : ` (${figure(least)}–${figure(most)})`);

export function limitText({ better, must, goal }: Limits, unit: Unit): { must: string; goal: string } {
  const sign = better === 'higher' ? '≥' : '≤';
  const text = (limit?: number): string => (limit === undefined ? '—' : `${sign} ${withUnit(figure(limit), unit)}`);
  return { must: text(must), goal: text(goal) };
}

export const verdictText: Record<Verdict, string> = {
  broken: 'não cumpre',
  between: 'cumpre',
  short: 'aquém da meta',
  goal: 'meta',
  told: 'medido',
};
