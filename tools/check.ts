import { join } from 'node:path';
import { nxEnvironment, runQuietly } from './cli/build.ts';
import { command } from './cli/command.ts';
import { root } from './cli/paths.ts';
import { outcomesOf, type Outcome } from './nx/outcomes.ts';

/** The targets of Nx that make up the check, and what people call them. */
const checks = {
  lint: 'lint',
  types: 'tipos',
  boundaries: 'fronteiras',
  'dead-code': 'código morto',
  migrations: 'migrações',
  gateway: 'gateway',
  format: 'formatação',
  documents: 'gerados',
};

await command('check', async ({ values }) => {
  const started = Date.now();
  const { code, output } = await runQuietly(
    join(root, 'node_modules/.bin/nx'),
    [
      'run-many',
      `--targets=${Object.keys(checks).join(',')}`,
      '--output-style=static',
      '--parallel=2',
      ...(values.novo === true ? ['--skip-nx-cache'] : []),
    ],
    undefined,
    nxEnvironment,
  );
  const outcomes = outcomesOf(output);
  const failed = Object.entries(checks).filter(
    ([target, name]) =>
      !tell(
        name,
        outcomes.filter((one) => one.target === target),
      ),
  );
  // What is no outcome of a task is a mistake in how they are configured.
  if (code !== 0 && (failed.length === 0 || outcomes.length === 0)) console.log(output);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(
    code === 0
      ? `\nTudo certo em ${seconds} s.`
      : `\n${failed.length} de ${Object.keys(checks).length} conferências falharam.`,
  );
  return code === 0 ? 0 : 1;
});

/** Says how one of the checks went; of what failed, everything. */
function tell(name: string, outcomes: Outcome[]): boolean {
  const right = outcomes.length > 0 && outcomes.every(({ success }) => success);
  const unchanged = outcomes.filter(({ cached }) => cached).length;
  const anew = outcomes.filter(({ cached }) => !cached).map(({ project }) => project);
  const remark =
    anew.length === 0 ? 'sem mudança' : unchanged === 0 ? '' : `${anew.join(', ')} (${unchanged} projetos sem mudança)`;
  console.log(`${right ? '✔' : '✖'} ${name.padEnd(14)} ${remark}`.trimEnd());
  for (const { success, output } of outcomes) if (!success) console.log(`${output}\n`);
  return right;
}
