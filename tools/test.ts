import { command, text } from './cli/command.ts';
import type { Values } from './cli/commands.mjs';
import { FailedProjects, projectOf, runChanged } from './testing/changed-projects.ts';
import {
  coverageMissing,
  filesToRunAgain,
  installationTests,
  isolatedTests,
  measuredCoverage,
  runJest,
  settled,
  talliesOf,
  verdictOf,
  type JestRun,
  type Verdict,
} from './testing/jest-runs.ts';
import { isEndToEnd, isInstallation, isUnit, selectSpecs } from './testing/specs.ts';
import { TestServers } from './testing/test-servers.ts';

await command('test', async ({ values, operands, infra, yes }) => {
  // What cannot find a test is refused before a server starts for it.
  const files = selectSpecs(operands);
  const jest = jestOptions(values);
  const coverage = values.cobertura === true;
  const servers = new TestServers(infra, yes);
  const runs: JestRun[] = [];
  const run = async (some: string[]): Promise<void> => {
    const env = some.every(isUnit) ? {} : await servers.environment(some.some(isEndToEnd), some.length > 1);
    runs.push(...(await runSuites(some, jest, coverage, values.repetir === true, env)));
  };
  const failures = new FailedProjects();
  try {
    // Of a choice, of what is measured, and on servers of the user's own nothing is kept, nor taken from before.
    if (operands.length > 0 || jest.length > 0 || coverage || infra === 'external') {
      await run(files);
      failures.note(talliesOf(runs, [...new Set(files.map(projectOf))], projectOf), false);
      return conclude(verdictOf(runs));
    }
    const { before } = await runChanged(values.novo === true, failures, async (projects) => {
      const done = runs.length;
      const changed = files.filter((file) => projects.includes(projectOf(file)));
      if (changed.length > 0) await run(changed);
      const tallies = talliesOf(runs.slice(done), projects, projectOf);
      failures.note(tallies, true);
      return tallies;
    });
    const unchanged = before.filter(({ passed }) => passed > 0).map(({ project }) => project);
    if (unchanged.length > 0) console.log(`\nSem mudança: ${unchanged.join(', ')} (npm test -- --novo roda todos)`);
    return conclude(verdictOf(runs, before));
  } finally {
    await servers.stop();
  }
});

/** The options that Jest is to get; the paths follow. */
function jestOptions(values: Values): string[] {
  const name = text(values.testNamePattern);
  const switches = (['runInBand', 'bail', 'verbose'] as const).filter((option) => values[option] === true);
  return [...switches.map((option) => `--${option}`), ...(name === undefined ? [] : [`--testNamePattern=${name}`])];
}

async function runSuites(
  files: string[],
  options: string[],
  coverage: boolean,
  repeat: boolean,
  servers: NodeJS.ProcessEnv,
): Promise<JestRun[]> {
  const env = { ...process.env, NODE_ENV: 'test', ...servers };
  const groups = [
    { how: isolatedTests(coverage), some: files.filter((file) => !isInstallation(file)), measured: coverage },
    { how: installationTests, some: files.filter(isInstallation), measured: false },
  ].filter(({ some }) => some.length > 0);
  // Side by side: those that run a platform mostly wait, for it and for one another.
  const first = await Promise.all(
    groups.map(async ({ how, some, measured }) => ({
      run: await runJest([...how, ...options, ...some], env, groups.length > 1),
      measured,
    })),
  );
  const runs: JestRun[] = [];
  for (const { run, measured } of first) {
    const missing = measured ? coverageMissing(measuredCoverage()) : [];
    for (const measure of missing) console.log(`Cobertura, ${measure}`);
    const last = await settledAlone(run);
    runs.push(missing.length > 0 ? { ...last, exitCode: 1 } : last);
  }
  return runs;

  /** Only once nothing else runs. */
  async function settledAlone(run: JestRun): Promise<JestRun> {
    const again = repeat ? filesToRunAgain(run) : [];
    if (again.length === 0) return run;
    console.log(`\nO que falhou roda mais uma vez, sozinho: ${again.length} arquivo(s)`);
    return settled(run, await runJest(['--runInBand', ...options, ...again], env));
  }
}

function conclude({ line, remarks, exitCode }: Verdict): number {
  for (const remark of remarks) console.log(remark);
  console.log(`\n${line}`);
  return exitCode;
}
