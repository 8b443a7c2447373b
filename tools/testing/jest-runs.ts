import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { root } from '../cli/paths.ts';
import type { Tally } from '../nx/test.ts';

/** What we read of Jest's `--json` report. */
export interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  /** Files that could not even be loaded: their tests are not counted anywhere else. */
  numRuntimeErrorTestSuites: number;
  testResults: { name: string; status: string; assertionResults: { status: string }[] }[];
}

export interface JestRun {
  report: JestReport;
  /** 0 also means that the coverage reached its thresholds. */
  exitCode: number;
}

/** Percent; of everything that `collectCoverageFrom` names, over all tests but those of an installation. */
const minimumCoverage = { lines: 80, branches: 80, functions: 80, statements: 80 };

/**
 * Files side by side: each has a database and a virtual host of its own.
 *
 * @param coverage whether to measure it
 */
export function isolatedTests(coverage: boolean): string[] {
  const measure = [
    '--coverage',
    '--coverageReporters=text-summary',
    '--coverageReporters=lcovonly',
    `--coverageThreshold=${JSON.stringify({ global: minimumCoverage })}`,
  ];
  // One worker more than there are cores in the machines we know: tests also wait.
  return ['--maxWorkers=3', ...(coverage ? measure : [])];
}

/** Files one after the other: each has the whole platform, or the names of one, to itself. */
export const installationTests = ['--runInBand'];

let runs = 0;

/**
 * @param args options of Jest, and the test files
 * @param beside whether another Jest runs at the same time: neither then moves the cursor of the terminal
 */
export async function runJest(args: string[], env: NodeJS.ProcessEnv, beside = false): Promise<JestRun> {
  const reportFile = join(tmpdir(), `plataforma-jest-${process.pid}-${++runs}.json`);
  const exitCode = await new Promise<number>((resolve, reject) => {
    const jest = [
      join(root, 'node_modules/jest/bin/jest.js'),
      '--runTestsByPath',
      '--json',
      `--outputFile=${reportFile}`,
      ...(beside && process.stdout.isTTY ? ['--colors'] : []),
      ...args,
    ];
    const child = spawn(
      process.execPath,
      ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', ...jest],
      {
        cwd: root,
        // Standard input stays closed: a test that waits for it would hang.
        stdio: beside ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
        env,
      },
    );
    child.stdout?.pipe(process.stdout, { end: false });
    child.stderr?.pipe(process.stderr, { end: false });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  try {
    return { report: JSON.parse(readFileSync(reportFile, 'utf8')) as JestReport, exitCode };
  } finally {
    rmSync(reportFile, { force: true });
  }
}

/**
 * What the runs came to for each project, also for those that have no test.
 *
 * @param projectOf the folder of the project that a test file, relative to the root, belongs to
 */
export function talliesOf(runs: JestRun[], projects: string[], projectOf: (file: string) => string): Tally[] {
  const accused = runs.some(({ report }) => report.numFailedTests + report.numRuntimeErrorTestSuites > 0);
  const refused = runs.some(({ exitCode }) => exitCode !== 0) && !accused;
  const files = runs.flatMap(({ report }) => report.testResults);
  return projects.map((project) => {
    const own = files.filter(({ name }) => projectOf(relative(root, name).replaceAll(sep, '/')) === project);
    const count = (...statuses: string[]): number =>
      own.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => statuses.includes(status)).length;
    // What could not be loaded has no tests that failed.
    const broken = own.filter(
      ({ status, assertionResults }) =>
        status === 'failed' && assertionResults.every((assertion) => assertion.status !== 'failed'),
    ).length;
    const failed = count('failed') + broken;
    const tally = { project, passed: count('passed'), failed, skipped: count('pending', 'todo', 'disabled') };
    return { ...tally, success: failed === 0 && !refused };
  });
}

export interface Verdict {
  /** Exactly `N passed, N failed`: the last line, for people and programs. */
  line: string;
  /** What else deserves to be said. */
  remarks: string[];
  exitCode: 0 | 1;
}

/** @param before of the projects that were not run because nothing had changed since they succeeded */
export function verdictOf(runs: JestRun[], before: Tally[] = []): Verdict {
  const sum = (count: (report: JestReport) => number): number =>
    runs.reduce((total, { report }) => total + count(report), 0);
  const earlier = before.reduce((total, { passed: count }) => total + count, 0);
  const passed = earlier + sum((report) => report.numPassedTests);
  const failed = sum((report) => report.numFailedTests + report.numRuntimeErrorTestSuites);
  const skipped = sum((report) => report.numPendingTests);
  const refused = runs.some(({ exitCode }) => exitCode !== 0);
  const remarks = [
    ...(earlier > 0 ? [`Dos ${passed} que passaram, ${earlier} de antes: nada mudou desde então`] : []),
    ...(skipped > 0 ? [`${skipped} testes não rodaram (pulados ou fora do filtro)`] : []),
    ...(failed === 0 && refused
      ? ['O Jest recusou a execução embora nenhum teste tenha falhado: veja acima (cobertura abaixo do mínimo?)']
      : []),
    ...(passed + failed === 0 ? ['Nenhum teste rodou'] : []),
  ];
  return {
    line: `${passed} passed, ${failed} failed`,
    remarks,
    exitCode: failed > 0 || refused || passed === 0 ? 1 : 0,
  };
}
