import { parseArgs } from 'node:util';
import { parseOptions, type CommonOptions } from '../cli/arguments.ts';
import { UsageError } from '../cli/user-error.ts';

export const scenarios = ['disponibilidade', 'webhooks'] as const;
export type ScenarioName = (typeof scenarios)[number];

/** What is to be measured, and how large. */
export interface BenchRequest extends Pick<CommonOptions, 'infra' | 'yes'> {
  scenarios: ScenarioName[];
  /** Sizes of the table, smallest first. */
  rows: number[];
  json: boolean;
}

const usage = `Uso:
  npm run bench -- [cenário…] [--rows 10000,1000000,10000000] [--json] [--infra=native] [--yes]
Cenários: ${scenarios.join(', ')}`;

const options = {
  rows: { type: 'string' },
  json: { type: 'boolean' },
  infra: { type: 'string' },
  yes: { type: 'boolean', short: 'y' },
} as const;

/** Ten million rows take minutes to write: they come only when asked for. */
const usualRows = [10_000, 1_000_000];
const [leastRows, mostRows] = [1_000, 100_000_000];

const wrong = (why: string): UsageError => new UsageError(`${why}\n${usage}`);
const isScenario = (name: string): name is ScenarioName => scenarios.some((scenario) => scenario === name);

/** @throws UsageError saying how the command is used */
export function parseBenchRequest(args: string[]): BenchRequest {
  const { values, positionals } = parse(args);
  const unknown = positionals.filter((name) => !isScenario(name));
  if (unknown.length > 0) throw wrong(`Não existe o cenário "${unknown.join('", "')}".`);
  const chosen = positionals.filter(isScenario);
  const { infra, yes } = parseOptions(
    [...(values.infra === undefined ? [] : [`--infra=${values.infra}`]), ...(values.yes === true ? ['--yes'] : [])],
    ['infra', 'yes'],
  );
  return {
    scenarios: chosen.length > 0 ? [...new Set(chosen)] : [...scenarios],
    rows: parseRows(values.rows),
    json: values.json === true,
    infra,
    yes,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    const name = /'(?:-\w, )?(-[^'\s=]*)/.exec((error as Error).message)?.[1] ?? args.join(' ');
    throw wrong(`A opção ${name} é desconhecida ou está incompleta.`);
  }
}

function parseRows(list: string | undefined): number[] {
  if (list === undefined) return usualRows;
  const rows = list.split(',').map((text) => (/^\d+$/.test(text.trim()) ? Number(text) : NaN));
  if (rows.length < 2 || rows.some((each) => !(each >= leastRows && each <= mostRows)))
    throw wrong(`--rows pede dois tamanhos ou mais, de ${leastRows} a ${mostRows}; "${list}" não serve.`);
  return [...new Set(rows)].sort((a, b) => a - b);
}
