import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { command } from './cli/command.ts';
import { root } from './cli/paths.ts';

const domain = /^services\/[a-z]+\/src\/domain\/[a-z-]+\.ts$/;

await command('mutantes', async ({ values, operands }) => {
  const files =
    values.tudo === true ? [] : (operands.length > 0 ? operands : changed()).filter((file) => domain.test(file));
  if (values.tudo !== true && files.length === 0) {
    console.log('Nada do domínio mudou.');
    return 0;
  }
  const only = files.length > 0 ? ['--mutate', files.join(',')] : [];
  const child = spawn(
    process.execPath,
    [join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js'), 'run', 'stryker.config.json', ...only],
    { cwd: root, stdio: 'inherit' },
  );
  return new Promise<number>((ended) => child.once('exit', (code) => ended(code ?? 1)));
});

/** Files that differ from where this branch left main, committed or not. */
function changed(): string[] {
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' });
  let base = 'HEAD';
  try {
    base = git('merge-base', 'HEAD', 'main').trim();
  } catch {
    // A copy with no such branch: what is not committed.
  }
  return git('diff', '--name-only', '--diff-filter=d', base, '--', 'services').split('\n');
}
