import type { CpuByKind } from './cpu.ts';
import type { Spread } from './figures.ts';
import type { Place } from './place.ts';

/** What a figure must be at least, or at most. */
export interface Limits {
  better: 'higher' | 'lower';
  must?: number;
  goal?: number;
}

/** What a figure is in. A ratio has none: it is judged whatever the machine. */
export type Unit = '' | '/s' | 'ms' | 'MB' | '%' | 'ms de CPU' | 'expoente';

/** One line of the table. */
export interface Row extends Limits {
  /** Stable, for who compares results. */
  id: string;
  title: string;
  unit: Unit;
  measured: Spread;
  /** What the ratio is of, where it is one: ours, and the floor it is judged against. */
  of?: { ours: Spread; floor: Spread; unit: Unit };
  /** What bounds it. */
  bound: string;
  /** What the next factor of two would take. */
  next: string;
}

/** A curve of the report. */
export interface Plot {
  title: string;
  x: string;
  y: string;
  logarithmic?: boolean;
  series: { name: string; points: (readonly [x: number, y: number])[] }[];
}

/** CPU by kind of process, for each thing done. */
export interface CpuTable {
  title: string;
  /** What one is: "retenção". */
  per: string;
  msPerUnit: CpuByKind;
}

export interface Findings {
  rows: Row[];
  plots?: Plot[];
  cpu?: CpuTable[];
  notes?: string[];
}

export interface Scenario {
  title: string;
  /** On the platform of the place, which is whole, or on applications of its own. */
  run: (place: Place) => Promise<Findings>;
}
