import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { App } from '../apps.ts';
import { runQuietly } from '../cli/build.ts';
import { root } from '../cli/paths.ts';
import { UserError } from '../cli/user-error.ts';
import { exclusively } from '../processes/exclusively.ts';

const run = promisify(execFile);
const folderOf = (commit: string): string => join(root, '.data/versoes', commit.slice(0, 12));
const READY = '.compilada';

/** Another version of this repository, compiled, in a folder of its own. */
export interface EarlierVersion {
  /** As it was asked for. */
  readonly ref: string;
  readonly commit: string;
  readonly folder: string;
}

const git = async (...args: string[]): Promise<string> => (await run('git', args, { cwd: root })).stdout.trim();

/** The last version that was released, or, before the first, the commit before this one. */
export async function lastRelease(): Promise<string> {
  try {
    return await git('describe', '--tags', '--abbrev=0', '--match', 'v*', 'HEAD^');
  } catch {
    return 'HEAD^';
  }
}

/**
 * Checks a version out, installs what it needs and compiles it; once, and kept.
 *
 * @throws UserError for a ref that names nothing here, or a version that cannot be compiled
 */
export async function earlierVersion(ref: string, progress: (line: string) => void): Promise<EarlierVersion> {
  const commit = await git('rev-parse', '--verify', '--quiet', `${ref}^{commit}`).catch(() => {
    throw new UserError(`Não há aqui a versão "${ref}" (num clone raso: git fetch --unshallow --tags)`);
  });
  const folder = folderOf(commit);
  await exclusively(`versao-${commit.slice(0, 12)}`, async () => {
    if (existsSync(join(folder, READY))) return;
    rmSync(folder, { recursive: true, force: true });
    await git('worktree', 'prune');
    await git('worktree', 'add', '--detach', '--force', folder, commit);
    await installInto(folder, progress);
    progress(`compilando ${ref}`);
    const { code, output } = await runQuietly('sh', ['-c', 'cd "$0" && exec node tools/run.mjs build', folder]);
    if (code !== 0) throw new UserError(`A versão ${ref} não compila:\n${output.slice(-2_000)}`);
    writeFileSync(join(folder, READY), '');
  });
  return { ref, commit, folder };
}

/** The packages of this version where they are the same: links, not copies. */
async function installInto(folder: string, progress: (line: string) => void): Promise<void> {
  const lock = (of: string): string => readFileSync(join(of, 'package-lock.json'), 'utf8');
  if (lock(folder) !== lock(root)) {
    progress('instalando os pacotes dela (npm ci)');
    const { code, output } = await runQuietly('sh', ['-c', 'cd "$0" && exec npm ci --no-audit --no-fund', folder]);
    if (code !== 0) throw new UserError(`Os pacotes dela não se instalam:\n${output.slice(-2_000)}`);
    return;
  }
  const kept = ['.', ...['libs', 'services', 'bffs', 'apps'].flatMap((group) => under(group))];
  for (const place of kept) {
    const modules = join(place, 'node_modules');
    if (!existsSync(join(root, modules))) continue;
    await run('cp', ['-al', join(root, modules), join(folder, modules)]);
  }
}

const under = (group: string): string[] => readdirSync(join(root, group)).map((name) => join(group, name));

/** An application as that version has it; everything else of it is as here. */
export const inVersion = ({ folder }: EarlierVersion, app: App): App => ({
  ...app,
  folder: relative(root, join(folder, app.folder)),
});

/** The migrations of this version take the place of its own: its specs then run on the new schema. */
export function withOurMigrations({ folder }: EarlierVersion): void {
  for (const place of [...under('libs'), ...under('services')]) {
    const migrations = join(place, 'migrations');
    if (existsSync(join(root, migrations)))
      cpSync(join(root, migrations), join(folder, migrations), { recursive: true });
  }
}

/** What this version keeps of an instance is found by the commands of that one. */
export function lendInstance({ folder }: EarlierVersion, instance: string): void {
  mkdirSync(join(folder, '.data'), { recursive: true });
  const there = join(folder, '.data', instance);
  rmSync(there, { recursive: true, force: true });
  cpSync(join(root, '.data', instance, 'estado.json'), join(there, 'estado.json'));
  // Who runs what: without it the instance would seem to be at rest.
  cpSync(join(root, '.data', instance, 'processos'), join(there, 'processos'), { recursive: true });
}
