import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { command, text } from './cli/command.ts';
import { root } from './cli/paths.ts';
import { linesOf } from './mutantes/diff.ts';

const configuration = 'stryker.config.json';

await command('mutantes', async ({ values, operands }) => {
  let mutate: string[] = [];
  if (values.tudo !== true) {
    const chosen = operands.length > 0 ? operands : changedLines();
    if (chosen === undefined) {
      console.log('Mutantes: não conferidos. Não há um commit anterior com que comparar.');
      return 0;
    }
    mutate = chosen.filter((file) => isMutated(file.replace(/:\d+-\d+$/, '')));
    if (mutate.length === 0) {
      console.log('Nada do que se muda de propósito mudou.');
      return 0;
    }
  }
  return stryker(mutate, Number(text(values.minutos) ?? Infinity) * 60_000);
});

/** @returns the exit code: 1 below the least score; 0 when the time is over first, which is said */
function stryker(mutate: readonly string[], withinMs: number): Promise<number> {
  const child = spawn(
    process.execPath,
    [
      join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js'),
      ...['run', configuration],
      ...(mutate.length > 0 ? ['--mutate', mutate.join(',')] : []),
    ],
    { cwd: root, stdio: 'inherit' },
  );
  let late = false;
  const timer = Number.isFinite(withinMs)
    ? setTimeout(() => {
        late = true;
        child.kill('SIGINT');
      }, withinMs)
    : undefined;
  return new Promise((ended) =>
    child.once('exit', (code) => {
      clearTimeout(timer);
      if (late) console.log(`Mutantes: não conferidos até o fim. O tempo de --minutos acabou.`);
      ended(late ? 0 : (code ?? 1));
    }),
  );
}

/** As the configuration says, in which a pattern after `!` takes away. */
function isMutated(file: string): boolean {
  const { mutate } = JSON.parse(readFileSync(join(root, configuration), 'utf8')) as { mutate: string[] };
  return (
    existsSync(join(root, file)) &&
    mutate.reduce((chosen, pattern) => {
      const except = pattern.startsWith('!');
      return matchesGlob(file, except ? pattern.slice(1) : pattern) ? !except : chosen;
    }, false)
  );
}

/**
 * The lines that differ from where this branch left main, committed or not, as `arquivo:de-até`; on main itself, from the
 * commit before. Undefined where there is nothing to compare with: the first commit, or a copy that has only the last.
 */
function changedLines(): string[] | undefined {
  const git = (...args: string[]): string | undefined => {
    try {
      return execFileSync('git', args, {
        cwd: root,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        maxBuffer: 256 * 2 ** 20,
      }).trim();
    } catch {
      return undefined;
    }
  };
  const head = git('rev-parse', 'HEAD');
  const left = git('merge-base', 'HEAD', 'origin/main') ?? git('merge-base', 'HEAD', 'main');
  const base = left !== undefined && left !== head ? left : git('rev-parse', '--verify', 'HEAD~1');
  if (base === undefined) return undefined;
  return linesOf(git('diff', '--unified=0', '--diff-filter=d', base, '--', 'services', 'libs') ?? '');
}
