/** How one task of an `nx run-many --output-style=static` went. */
export interface Outcome {
  /** Without the scope of the package: `reservas`. */
  project: string;
  target: string;
  success: boolean;
  /** Nothing that it depends on had changed since it last succeeded, so it was not run. */
  cached: boolean;
  output: string;
}

const HEADER = /^> nx run (?<task>\S+)(?<cached> {2}\[[^\]]*cache[^\]]*\])?$/;
const FAILED = /^- (?<task>\S+:\S+)$/;

/** Reads what Nx printed: for each task a header and its output, and at the end the names of those that failed. */
export function outcomesOf(printed: string): Outcome[] {
  const [tasks = '', failures = ''] = printed.split(/^Failed tasks:$/m);
  const failed = new Set(failures.split('\n').flatMap((line) => FAILED.exec(line.trim())?.groups?.task ?? []));
  const outcomes: Outcome[] = [];
  for (const line of tasks.split(/\r?\n/)) {
    const header = HEADER.exec(line.trimEnd())?.groups;
    if (header === undefined) {
      const last = outcomes.at(-1);
      if (last) last.output += `${line}\n`;
      continue;
    }
    const [project = '', target = ''] = (header.task ?? '').split(/:(?=[^:]*$)/);
    outcomes.push({
      project: project.replace(/^@plataforma\//, ''),
      target,
      success: !failed.has(header.task ?? ''),
      cached: header.cached !== undefined,
      output: '',
    });
  }
  return outcomes.map((outcome) => ({ ...outcome, output: outcome.output.split(/^ NX {3}/m)[0]?.trim() ?? '' }));
}
