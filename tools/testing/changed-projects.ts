import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { nxEnvironment, runQuietly } from '../cli/build.ts';
import { root } from '../cli/paths.ts';
import { workspaces } from '../dev/workspaces.ts';
import { outcomesOf } from '../nx/outcomes.ts';
import { runnerVariable, type Tally } from '../nx/test.ts';

/** Folders of all projects that may have tests; a file belongs to the innermost. */
export const testProjects = [...workspaces, 'tools/nx', 'tools', 'e2e'];

/** @throws Error for a file of no project: Nx would never have it run */
export function projectOf(file: string): string {
  const project = testProjects.find((folder) => file.startsWith(`${folder}/`));
  if (project === undefined) throw new Error(`${file} não é de projeto nenhum`);
  return project;
}

/** Of projects in which a test failed since they last succeeded as a whole: that they did so before does not count. */
export class FailedProjects {
  private readonly file: string;

  constructor(folder = join(root, '.nx')) {
    mkdirSync(folder, { recursive: true });
    this.file = join(folder, 'failed-tests.json');
  }

  list(): string[] {
    try {
      return JSON.parse(readFileSync(this.file, 'utf8')) as string[];
    } catch {
      return [];
    }
  }

  /** @param whole whether every test of the projects ran */
  note(tallies: Tally[], whole: boolean): void {
    const failed = new Set(this.list());
    for (const tally of tallies) {
      if (tally.failed > 0) failed.add(tally.project);
      else if (whole && tally.success) failed.delete(tally.project);
    }
    writeFileSync(this.file, JSON.stringify([...failed]));
  }
}

export interface NxRun {
  /** Of the projects that changed, or were asked to run anew. */
  ran: Tally[];
  /** Of those that have not changed since they succeeded. */
  before: Tally[];
}

/**
 * Has Nx say which projects changed since their tests last succeeded, and runs those.
 *
 * @param args further arguments of `nx run-many`
 * @param run the tests of projects, by folder
 * @throws Error when not every project came to a result
 */
async function runWithNx(args: string[], run: (projects: string[]) => Promise<Tally[]>): Promise<NxRun> {
  const folder = mkdtempSync(join(tmpdir(), 'plataforma-test-'));
  const socket = process.platform === 'win32' ? `\\\\.\\pipe\\${folder}` : join(folder, 'runner');
  const runs: Promise<Tally[]>[] = [];
  const server = createServer((request, response) => {
    const tallies = json(request).then((projects) => run(projects as string[]));
    runs.push(tallies);
    tallies.then(
      (told) => response.end(JSON.stringify(told)),
      () => response.writeHead(500).end(),
    );
  });
  try {
    await new Promise<void>((listening) => server.listen(socket, listening));
    const { output } = await runQuietly(
      join(root, 'node_modules/.bin/nx'),
      ['run-many', '--targets=test', '--output-style=static', ...args],
      undefined,
      { ...nxEnvironment, [runnerVariable]: socket },
    );
    const ran = (await Promise.all(runs)).flat();
    const before = outcomesOf(output).flatMap(({ cached, output: told }) => (cached ? [tallyIn(told)] : []));
    if (ran.length + before.length === 0) throw new Error(`O Nx não rodou teste nenhum:\n${output}`);
    return { ran, before };
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws Error for what is no result of tests */
function tallyIn(output: string): Tally {
  const line = output.split('\n').find((text) => text.startsWith('{'));
  if (line === undefined) throw new Error(`O Nx guardou o que não é o resultado de testes:\n${output}`);
  return JSON.parse(line) as Tally;
}

/**
 * Runs the tests of the projects that changed since they last succeeded, and of those in which one failed meanwhile.
 *
 * @param anew of all projects
 */
export async function runChanged(
  anew: boolean,
  failures: FailedProjects,
  run: (projects: string[]) => Promise<Tally[]>,
): Promise<NxRun> {
  const first = await runWithNx(anew ? ['--skip-nx-cache'] : [], run);
  const distrusted = first.before.map(({ project }) => project).filter((project) => failures.list().includes(project));
  const again =
    distrusted.length === 0
      ? { ran: [], before: [] }
      : await runWithNx([`--projects=${distrusted.join(',')}`, '--skip-nx-cache'], run);
  const result = {
    ran: [...first.ran, ...again.ran],
    before: first.before.filter(({ project }) => !distrusted.includes(project)),
  };
  const heard = [...result.ran, ...result.before].map(({ project }) => project);
  const unheard = testProjects.filter((project) => !heard.includes(project));
  if (unheard.length > 0) throw new Error(`O Nx nada disse dos testes de ${unheard.join(', ')}`);
  return result;
}
