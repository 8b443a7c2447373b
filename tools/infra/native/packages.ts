import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireConsent, type Consent } from '../../cli/terminal.ts';
import { UserError } from '../../cli/user-error.ts';
import { isRoot } from './account.ts';
import { findInstallation, missingPackages, type Installation } from './installation.ts';

const run = promisify(execFile);
const maxBuffer = 64 * 1024 * 1024;

/** Whether the native mode could work here at all, and if not, why. */
export function nativeObstacle(unpackFolder: string): string | undefined {
  if (process.platform !== 'linux') return 'o modo nativo precisa de Linux';
  if (spawnSync('setpriv', ['--version'], { stdio: 'ignore' }).status !== 0)
    return 'o programa setpriv (pacote util-linux) não foi encontrado';
  if (missingPackages(unpackFolder).length === 0) return undefined;
  return existsSync('/usr/bin/apt-get')
    ? undefined
    : `faltam programas dos servidores (${missingPackages().join(', ')}) e não há apt para instalá-los`;
}

/** Makes the servers' programs available; may take a minute where they have to be fetched. */
export type InstallationPlan = (progress: (message: string) => void) => Promise<Installation>;

/**
 * Finds the servers' programs; where they are missing, plans to install the distribution's packages (root or sudo, and
 * only if the user agrees) or to unpack them into a folder of the project (nobody's permission needed).
 *
 * @throws UserError when the user does not agree
 */
export async function planInstallation(unpackFolder: string, consent: Consent): Promise<InstallationPlan> {
  const missing = missingPackages(unpackFolder);
  if (missing.length === 0) return async () => findInstallation(unpackFolder);

  const names = missing.join(', ');
  if (isRoot || hasSudo()) {
    await requireConsent(`Faltam pacotes do sistema: ${names}. Instalar com apt?`, consent);
    return async (progress) => {
      progress(`instalando ${names} com apt`);
      await aptInstall(missing);
      return findInstallation(unpackFolder);
    };
  }
  return async (progress) => {
    progress(`sem root: baixando e desempacotando ${names} em ${unpackFolder}`);
    await unpack(missing, unpackFolder);
    return findInstallation(unpackFolder);
  };
}

/**
 * Where files of packages are that need not be installed: in the system or, for want of one, in a folder that the
 * packages are unpacked into.
 *
 * @param files of each package, as it is installed
 * @throws UserError when they cannot be had
 */
export async function unpackedFiles<Name extends string>(
  files: Readonly<Record<Name, string>>,
  folder: string,
): Promise<Record<Name, string>> {
  const entries = Object.entries(files) as [Name, string][];
  const under = (prefix: string) => entries.map(([name, file]): [Name, string] => [name, prefix + file]);
  const whole = (prefix: string): boolean => under(prefix).every(([, file]) => existsSync(file));
  if (whole('')) return files;
  if (!whole(folder)) {
    if (!existsSync('/usr/bin/apt-get')) throw new UserError(`faltam ${Object.keys(files).join(', ')}, e não há apt`);
    await unpack(Object.keys(files), folder);
  }
  return Object.fromEntries(under(folder)) as Record<Name, string>;
}

const hasSudo = (): boolean => spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0;

async function aptInstall(packages: string[]): Promise<void> {
  const asRoot = async (command: string, args: string[]): Promise<void> => {
    const [program, rest] = isRoot
      ? [command, args]
      : ['sudo', ['-n', '--preserve-env=DEBIAN_FRONTEND', command, ...args]];
    await run(program, rest, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, maxBuffer });
  };
  const policy = '/usr/sbin/policy-rc.d';
  // The packages would start servers of their own on the default ports; Debian's policy-rc.d is how one says no.
  const ownPolicy = !existsSync(policy);
  if (ownPolicy) await asRoot('sh', ['-c', `printf '#!/bin/sh\\nexit 101\\n' > ${policy} && chmod 755 ${policy}`]);
  try {
    await asRoot('apt-get', ['update', '-qq']);
    await asRoot('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages]);
  } catch (error) {
    throw new UserError(`O apt não conseguiu instalar ${packages.join(', ')}: ${lastLine(error)}`);
  } finally {
    if (ownPolicy) await asRoot('rm', ['-f', policy]);
  }
}

/** Downloads the packages with whatever of their dependencies this machine lacks and unpacks them, without installing anything. */
async function unpack(packages: string[], folder: string): Promise<void> {
  const apt = join(folder, 'apt');
  const downloads = join(apt, 'pacotes');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(downloads, { recursive: true });
  mkdirSync(join(apt, 'lists/partial'), { recursive: true });
  mkdirSync(join(apt, 'cache/archives/partial'), { recursive: true });
  // Lists and cache of our own: the system's may be missing (container images) and cannot be refreshed without root.
  const configuration = join(apt, 'apt.conf');
  writeFileSync(
    configuration,
    [
      `Dir::State::lists "${apt}/lists";`,
      `Dir::Cache "${apt}/cache";`,
      'Debug::NoLocking "true";',
      'APT::Sandbox::User "";',
    ].join('\n'),
  );
  const options = { env: { ...process.env, APT_CONFIG: configuration }, cwd: downloads, maxBuffer };
  try {
    await run('apt-get', ['update', '-qq'], options);
    const plan = await run(
      'apt-get',
      ['install', '--print-uris', '-y', '-qq', '--no-install-recommends', ...packages],
      options,
    );
    const wanted = packagesInPlan(plan.stdout);
    await run('apt-get', ['download', '-qq', ...wanted], options);
    for (const archive of readdirSync(downloads)) await run('dpkg', ['-x', join(downloads, archive), folder], options);
    relocateErlang(folder);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw new UserError(`Não foi possível baixar e desempacotar ${packages.join(', ')}: ${lastLine(error)}`);
  }
  rmSync(apt, { recursive: true, force: true });
}

/** Debian's start script of Erlang names the folder it was built for and heeds no variable that says otherwise. */
function relocateErlang(folder: string): void {
  const script = join(folder, 'usr/lib/erlang/bin/erl');
  if (!existsSync(script)) return; // The machine has an Erlang of its own.
  writeFileSync(
    script,
    readFileSync(script, 'utf8').replaceAll('ROOTDIR=/usr/lib/erlang', `ROOTDIR=${folder}/usr/lib/erlang`),
  );
}

/**
 * `name=version` of each line of `apt-get install --print-uris`, which reads
 * `'http://…/redis_7.0.15-1_amd64.deb' redis_5%3a7.0.15-1_amd64.deb 123 SHA256:…`.
 */
export function packagesInPlan(plan: string): string[] {
  return [...plan.matchAll(/^'[^']*' (\S+)_(\S+)_\S+\.deb /gm)].map(
    ([, name, version]) => `${name}=${decodeURIComponent(version ?? '')}`,
  );
}

function lastLine(error: unknown): string {
  const { stderr, message } = error as Error & { stderr?: string };
  return (stderr || message).trim().split('\n').at(-1) ?? '';
}
