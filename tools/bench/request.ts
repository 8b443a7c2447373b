import { text, type Request } from '../cli/command.ts';
import { benchScenarios } from '../cli/commands.mjs';

export type ScenarioName = (typeof benchScenarios)[number];

/** What is to be measured, and how large. */
export interface BenchRequest extends Pick<Request, 'infra' | 'yes'> {
  scenarios: ScenarioName[];
  /** Sizes of the table, smallest first. */
  rows: number[];
  json: boolean;
}

/** Ten million rows take minutes to write: they come only when asked for. */
const usualRows = '10000,1000000';

/** What the command line asks for; it is already known to make sense. */
export function benchRequest({ operands, values, infra, yes }: Request): BenchRequest {
  const rows = (text(values.rows) ?? usualRows).split(',').map(Number);
  return {
    scenarios: operands.length > 0 ? benchScenarios.filter((name) => operands.includes(name)) : [...benchScenarios],
    rows: [...new Set(rows)].sort((a, b) => a - b),
    json: values.json === true,
    infra,
    yes,
  };
}
