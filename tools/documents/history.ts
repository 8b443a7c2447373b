import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from '../cli/build.ts';
import { root } from '../cli/paths.ts';
import { incompatibilities, type JsonSchema } from './compatibility.ts';

/** Where the schemas of published messages lie, from the root of the repository. */
export const schemasFolder = 'docs/api/schemas';

/** The last commit, and the one before: where the check runs after a commit, that one is what was published. */
const revisions = ['HEAD', 'HEAD^'];

/** The texts of a file in the last commits, and as it lies there: what a generated document was before this generation. */
export async function publishedTexts(path: string): Promise<string[]> {
  const committed = await Promise.all(revisions.map((revision) => git('show', `${revision}:${path}`)));
  const file = join(root, path);
  return [...committed, existsSync(file) ? readFileSync(file, 'utf8') : undefined].filter((text) => text !== undefined);
}

/**
 * Promises of committed message versions that `schemas` (by type) breaks. Without git, or without history, there is
 * nothing published to break.
 */
export async function brokenPromises(schemas: Record<string, JsonSchema>): Promise<string[]> {
  const broken = await Promise.all(revisions.map((revision) => brokenSince(revision, schemas)));
  return [...new Set(broken.flat())];
}

async function brokenSince(revision: string, schemas: Record<string, JsonSchema>): Promise<string[]> {
  const listing = await git('ls-tree', '--name-only', revision, `${schemasFolder}/`);
  const files = listing?.split('\n').filter((file) => file.endsWith('.json')) ?? [];
  const broken = files.map(async (file) => {
    const type = file.slice(schemasFolder.length + 1, -'.json'.length);
    const published = await git('show', `${revision}:${file}`);
    const current = schemas[type];
    if (published === undefined) return [];
    if (!current) return [`${type} foi publicada e desapareceu`];
    return incompatibilities(JSON.parse(published) as JsonSchema, current).map((change) => `${type}: ${change}`);
  });
  return (await Promise.all(broken)).flat();
}

/** The output of a git command, or undefined when it fails: no git, no repository or no such revision. */
async function git(...args: string[]): Promise<string | undefined> {
  try {
    const { code, output } = await runQuietly('git', args);
    return code === 0 ? output : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
