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
  exitCode: number;
  /** Files in which something failed that succeeded alone, at once after. */
  unstable?: string[];
}

/** Percent; of everything that `collectCoverageFrom` names, over all tests but those of an installation. */
const minimumCoverage = 80;

/** A defect of the product makes more files than these fail, or the same ones again. */
const filesThatMayRunAgain = 3;

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
    '--coverageReporters=json-summary',
  ];
  // One worker more than there are cores in the machines we know: tests also wait.
  // Last, since what follows a list, such as of reporters, is taken for more of it.
  return [...(coverage ? measure : []), '--maxWorkers=3'];
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

/** @returns nothing where nothing failed, or too much did */
export function filesToRunAgain({ report }: JestRun): string[] {
  const failed = report.testResults.filter(({ status }) => status === 'failed').map(({ name }) => name);
  return failed.length > filesThatMayRunAgain ? [] : failed;
}

/** @returns the first run as if the files of the second had run only then */
export function settled(first: JestRun, second: JestRun): JestRun {
  const again = new Set(second.report.testResults.map(({ name }) => name));
  const kept = first.report.testResults.filter(({ name }) => !again.has(name));
  const count = (status: string): number =>
    kept.flatMap(({ assertionResults }) => assertionResults).filter((assertion) => assertion.status === status).length;
  const unstable = second.report.testResults.filter(({ status }) => status !== 'failed').map(({ name }) => name);
  return {
    report: {
      numPassedTests: count('passed') + second.report.numPassedTests,
      numFailedTests: count('failed') + second.report.numFailedTests,
      numPendingTests: count('pending') + second.report.numPendingTests,
      numRuntimeErrorTestSuites: second.report.numRuntimeErrorTestSuites,
      testResults: [...kept, ...second.report.testResults],
    },
    exitCode: second.exitCode,
    unstable: unstable.map((file) => relative(root, file).replaceAll(sep, '/')),
  };
}

type CoverageSummary = Record<'total', Record<'lines' | 'branches' | 'functions' | 'statements', { pct: number }>>;

/** @returns what is below the minimum, in words */
export function coverageMissing({ total }: CoverageSummary): string[] {
  const measures = ['lines', 'branches', 'functions', 'statements'] as const;
  return measures
    .filter((measure) => total[measure].pct < minimumCoverage)
    .map((measure) => `${measure}: ${total[measure].pct} %, abaixo de ${minimumCoverage} %`);
}

/** @throws Error when Jest has measured nothing */
export function measuredCoverage(): CoverageSummary {
  return JSON.parse(readFileSync(join(root, 'coverage/coverage-summary.json'), 'utf8')) as CoverageSummary;
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
  const unstable = runs.flatMap((run) => run.unstable ?? []);
  const remarks = [
    ...(unstable.length > 0 ? [`INSTÁVEL (falhou e, repetido sozinho, passou): ${unstable.join(', ')}`] : []),
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
