import { command, text } from './cli/command.ts';
import type { Values } from './cli/commands.mjs';
import { FailedProjects, projectOf, runChanged } from './testing/changed-projects.ts';
import {
  installationTests,
  isolatedTests,
  runJest,
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
    runs.push(...(await runSuites(some, jest, coverage, env)));
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
  servers: NodeJS.ProcessEnv,
): Promise<JestRun[]> {
  const env = { ...process.env, NODE_ENV: 'test', ...servers };
  const groups = [
    { how: isolatedTests(coverage), some: files.filter((file) => !isInstallation(file)) },
    { how: installationTests, some: files.filter(isInstallation) },
  ].filter(({ some }) => some.length > 0);
  // Side by side: those that run a platform mostly wait, for it and for one another.
  return Promise.all(groups.map(({ how, some }) => runJest([...how, ...options, ...some], env, groups.length > 1)));
}

function conclude({ line, remarks, exitCode }: Verdict): number {
  for (const remark of remarks) console.log(remark);
  console.log(`\n${line}`);
  return exitCode;
}
