import { text, type Request } from '../cli/command.ts';
import { benchScenarios } from '../cli/commands.mjs';

export type ScenarioName = (typeof benchScenarios)[number];

/** What is to be measured, and how large. */
export interface BenchRequest extends Pick<Request, 'infra' | 'yes'> {
  scenarios: ScenarioName[];
  /** Sizes of tables, smallest first. */
  rows: number[];
  quick: boolean;
  json: boolean;
}

const usualRows = '10000,1000000,10000000';
/** Ten million rows take minutes to write, one million most of one. */
const quickRows = '10000,300000';

/** What the command line asks for; it is already known to make sense. */
export function benchRequest({ operands, values, infra, yes }: Request): BenchRequest {
  const quick = values.quick === true;
  const rows = (text(values.rows) ?? (quick ? quickRows : usualRows)).split(',').map(Number);
  const asked = [...operands, ...(text(values.only)?.split(',') ?? [])];
  return {
    scenarios: asked.length > 0 ? benchScenarios.filter((name) => asked.includes(name)) : [...benchScenarios],
    rows: [...new Set(rows)].sort((a, b) => a - b),
    quick,
    json: values.json === true,
    infra,
    yes,
  };
}
