import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../cli/paths.ts';

export interface Assembled {
  /** As `/app` of the image. */
  folder: string;
  files: number;
  bytes: number;
  /** With Node, as a registry keeps it (gzip): what a machine fetches, but for the base. */
  compressedBytes: number;
  remove: () => void;
}

export const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

/**
 * What the image of an application holds, by the steps of the Dockerfile: the production dependencies installed from
 * the lock file, and montar.mjs. What was compiled must be there.
 */
export function assembled(app: string): Assembled {
  const place = mkdtempSync(join(tmpdir(), 'imagem-'));
  // Whoever the application runs as must reach it, and may not write there.
  chmodSync(place, 0o755);
  const [dependencies, folder] = [join(place, 'dependencias'), join(place, 'app')];
  const remove = (): void => rmSync(place, { recursive: true, force: true });
  try {
    for (const path of [
      ...['package.json', 'package-lock.json', '.npmrc'],
      ...globSync('{libs,services,bffs,apps,tools}/*/package.json', { cwd: root }),
    ]) {
      mkdirSync(dirname(join(dependencies, path)), { recursive: true });
      cpSync(join(root, path), join(dependencies, path));
    }
    execFileSync('npm', ['ci', '--omit=dev', `--workspace=${app}`, '--prefer-offline'], {
      cwd: dependencies,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    execFileSync(process.execPath, [join(root, 'tools/imagens/montar.mjs'), app, root, dependencies, folder], {
      stdio: 'inherit',
    });
    rmSync(dependencies, { recursive: true });
    // Node's own walk would follow the links to workspaces.
    const sizes = execFileSync('find', [folder, '-type', 'f', '-printf', '%s\n'], { encoding: 'utf8', maxBuffer: 1e8 });
    const files = sizes.trim().split('\n').map(Number);
    const gzipped = execFileSync(
      'sh',
      ['-c', 'tar cf - -C "$1" . -C "$(dirname "$2")" node | gzip -6 | wc -c', 'sh', folder, process.execPath],
      { encoding: 'utf8' },
    );
    return {
      folder,
      files: files.length,
      bytes: files.reduce((sum, size) => sum + size, 0),
      compressedBytes: Number(gzipped),
      remove,
    };
  } catch (error) {
    remove();
    throw error;
  }
}
