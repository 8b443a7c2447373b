import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cli/paths.ts';
import { changeOf, workspaces } from './workspaces.ts';

/** Editors write a file in several steps, and a change of branch many files. */
const settledAfterMs = 80;

/** Tells of files whose contents changed, all that changed together at once. */
export class Sources {
  readonly #known = new Map<string, string>();
  readonly #touched = new Set<string>();
  #settling: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;

  constructor() {
    for (const path of globSync(
      workspaces.flatMap((folder) => [`${folder}/**/*.ts`, `${folder}/migrations/*.sql`]),
      {
        cwd: root,
        exclude: (name) => ['node_modules', 'dist', 'test'].includes(name),
      },
    ))
      if (changeOf(path)) this.#known.set(path, digest(path));
  }

  /** Watches until the signal. */
  watch(signal: AbortSignal): void {
    for (const folder of workspaces.flatMap((workspace) =>
      workspace.startsWith('tools/') ? [workspace] : [`${workspace}/src`, `${workspace}/migrations`],
    )) {
      if (!existsSync(join(root, folder))) continue;
      watch(join(root, folder), { recursive: true, signal }, (_event, name) => {
        if (name !== null) this.#touch(join(folder, name));
      });
    }
  }

  /** The files that changed since the last time, as soon as there are any. */
  async changed(): Promise<string[]> {
    for (;;) {
      const paths = [...this.#touched].filter((path) => {
        const now = digest(path);
        if (this.#known.get(path) === now) return false;
        this.#known.set(path, now);
        return true;
      });
      this.#touched.clear();
      if (paths.length > 0) return paths;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  #touch(path: string): void {
    if (!changeOf(path)) return;
    clearTimeout(this.#settling);
    this.#touched.add(path);
    this.#settling = setTimeout(() => this.#wake?.(), settledAfterMs);
  }
}

/** Of a file's contents; empty for one that is gone. */
function digest(path: string): string {
  try {
    return createHash('sha256')
      .update(readFileSync(join(root, path)))
      .digest('hex');
  } catch {
    return '';
  }
}
