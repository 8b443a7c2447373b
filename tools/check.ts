import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runQuietly } from './cli/build.ts';
import { command } from './cli/command.ts';
import { root } from './cli/paths.ts';

interface Check {
  name: string;
  program: string;
  args: string[];
}

const binary = (name: string): string => join(root, 'node_modules/.bin', name);

const checks: Check[] = [
  // The longest first, so that the short ones fill the other processor meanwhile.
  { name: 'lint', program: binary('eslint'), args: ['.', '--max-warnings=0'] },
  {
    name: 'tipos',
    program: process.execPath,
    args: ['node_modules/typescript-native/bin/tsc', '--noEmit', '-p', 'tsconfig.lint.json'],
  },
  {
    name: 'fronteiras',
    program: binary('depcruise'),
    args: ['--config', '.dependency-cruiser.cjs', 'libs', 'services', 'bffs', 'tools'],
  },
  { name: 'código morto', program: binary('knip'), args: ['--no-config-hints'] },
  { name: 'migrações', program: process.execPath, args: ['tools/releases/check-migrations.ts'] },
  { name: 'formatação', program: binary('prettier'), args: ['--check', '--log-level=warn', '.'] },
  ...(existsSync(join(root, 'tools/generate.ts'))
    ? [{ name: 'gerados', program: process.execPath, args: ['tools/generate.ts', '--check'] }]
    : []),
];

await command('check', async () => {
  const waiting = [...checks];
  let failed = 0;
  const worker = async (): Promise<void> => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      if (!(await passes(check))) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, worker));
  console.log(failed === 0 ? '\nTudo certo.' : `\n${failed} de ${checks.length} conferências falharam.`);
  return failed === 0 ? 0 : 1;
});

async function passes({ name, program, args }: Check): Promise<boolean> {
  const started = Date.now();
  const { code, output } = await runQuietly(program, args);
  console.log(`${code === 0 ? '✔' : '✖'} ${name.padEnd(14)} ${((Date.now() - started) / 1000).toFixed(1)} s`);
  if (code !== 0) console.log(`${output}\n`);
  return code === 0;
}
