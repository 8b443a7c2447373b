import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apps, type App } from '../apps.ts';
import { root } from '../cli/paths.ts';

/** Folders of all workspaces, as `libs/platform`. */
export const workspaces = [
  ...['libs', 'services', 'bffs', 'apps'].flatMap((group) =>
    readdirSync(join(root, group), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(join(root, group, entry.name, 'package.json')))
      .map((entry) => `${group}/${entry.name}`),
  ),
  'tools/stripe-emulator',
];

interface Manifest {
  name: string;
  dependencies?: Record<string, string>;
}

const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;

/** The workspaces that a workspace is made of: itself, and what it depends on, and so on. */
export function partsOf(folder: string, seen = new Set<string>()): Set<string> {
  if (seen.has(folder)) return seen;
  seen.add(folder);
  const dependencies = Object.keys(manifestOf(folder).dependencies ?? {});
  for (const other of workspaces) if (dependencies.includes(manifestOf(other).name)) partsOf(other, seen);
  return seen;
}

export interface Change {
  /** The workspace that the file belongs to. */
  workspace: string;
  /** Where it goes when it is compiled; a migration and the emulator run as they are. */
  output?: string;
}

/**
 * What a file is to the running platform; undefined for one that no application runs (a spec, a document).
 *
 * @param path from the root of the repository
 */
export function changeOf(path: string): Change | undefined {
  const workspace = workspaces.find((folder) => path.startsWith(`${folder}/`));
  if (!workspace || /^apps\/|\.spec\.ts$|\/test\/|\/node_modules\/|\/dist\//.test(path)) return undefined;
  const inside = path.slice(workspace.length + 1);
  if (workspace === 'tools/stripe-emulator') return inside.endsWith('.ts') ? { workspace } : undefined;
  if (inside.startsWith('migrations/')) return inside.endsWith('.sql') ? { workspace } : undefined;
  const source = /^src\/(.+)\.ts$/.exec(inside)?.[1];
  if (source === undefined || source.endsWith('.d')) return undefined;
  return { workspace, output: join(workspace, 'dist', `${source}.js`) };
}

/** The applications that are made of one of the workspaces. */
export function appsUsing(changed: ReadonlySet<string>): App[] {
  return apps.filter((app) => [...partsOf(app.folder)].some((part) => changed.has(part)));
}
