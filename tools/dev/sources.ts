import { createHash } from 'node:crypto';
import { type FSWatcher, globSync, readdirSync, readFileSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cli/paths.ts';
import { changeOf } from './workspaces.ts';

/** Editors write a file in several steps, and a change of branch many files. */
const settledAfterMs = 40;
/** What holds the workspaces, which may come and go with a branch. */
const groups = ['libs', 'services', 'bffs', 'tools'];
const isNoSource = (name: string): boolean => ['node_modules', 'dist', 'test'].includes(name) || name.startsWith('.');

/** Tells of files whose contents changed, all that changed together at once. */
export class Sources {
  readonly #place: string;
  readonly #known = new Map<string, string>();
  readonly #touched = new Set<string>();
  readonly #watchers = new Map<string, FSWatcher>();
  #settling: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;

  /** @param place what the paths are said from */
  constructor(place: string = root) {
    this.#place = place;
    for (const path of globSync(
      groups.map((group) => `${group}/**/*.{ts,sql}`),
      { cwd: place, exclude: isNoSource },
    ))
      if (changeOf(path)) this.#known.set(path, this.#digest(path));
  }

  /** Watches until the signal. */
  watch(signal: AbortSignal): void {
    for (const group of groups) this.#follow(group, signal);
  }

  /** The files that changed since the last time, as soon as there are any. */
  async changed(): Promise<string[]> {
    for (;;) {
      const paths = [...this.#touched].filter((path) => {
        const now = this.#digest(path);
        if ((this.#known.get(path) ?? '') === now) return false;
        this.#known.set(path, now);
        return true;
      });
      this.#touched.clear();
      if (paths.length > 0) return paths;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /**
   * Watches a folder and each one in it for itself: a folder tells of every name that comes, goes or is written in it.
   * What Node calls recursive watches each file on Linux, and loses the one that another is renamed to.
   */
  #follow(folder: string, signal: AbortSignal): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
    try {
      const watcher = watch(join(this.#place, folder), { signal }, (_event, name) =>
        name === null ? this.#follow(folder, signal) : this.#look(join(folder, name), signal),
      );
      watcher.on('error', () => this.#follow(folder, signal));
      this.#watchers.set(folder, watcher);
      // Only now: what is made in it from here on is told of.
      for (const entry of readdirSync(join(this.#place, folder), { withFileTypes: true }))
        if (isNoSource(entry.name)) continue;
        else if (entry.isDirectory()) this.#follow(join(folder, entry.name), signal);
        else this.#touch(join(folder, entry.name));
    } catch {
      // Gone again: its own folder tells of that.
    }
  }

  #look(path: string, signal: AbortSignal): void {
    if (signal.aborted || path.split('/').some(isNoSource)) return;
    this.#touch(path);
    // One that was a folder, or is one now, perhaps another than before.
    for (const known of this.#known.keys()) if (known.startsWith(`${path}/`)) this.#touch(known);
    if (statSync(join(this.#place, path), { throwIfNoEntry: false })?.isDirectory()) this.#follow(path, signal);
  }

  #touch(path: string): void {
    if (!changeOf(path)) return;
    clearTimeout(this.#settling);
    this.#touched.add(path);
    this.#settling = setTimeout(() => this.#wake?.(), settledAfterMs);
  }

  /** Of a file's contents; empty for one that is gone. */
  #digest(path: string): string {
    try {
      return createHash('sha256')
        .update(readFileSync(join(this.#place, path)))
        .digest('hex');
    } catch {
      return '';
    }
  }
}
