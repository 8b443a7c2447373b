import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root } from '../cli/paths.ts';
import { workspaces } from '../dev/workspaces.ts';

interface Manifest {
  name: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}
const json = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));
const manifests = new Map(workspaces.map((folder) => [folder, json(`${folder}/package.json`) as Manifest]));
const folderOf = (name: string): string | undefined =>
  workspaces.find((folder) => manifests.get(folder)?.name === name);

/** What Nx makes of `^sources`: the workspaces that one's package.json names, and theirs. */
function declared(folder: string, seen = new Set<string>()): Set<string> {
  if (seen.has(folder)) return seen;
  seen.add(folder);
  const { dependencies, devDependencies } = manifests.get(folder) ?? {};
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
    const other = folderOf(name);
    if (other !== undefined) declared(other, seen);
  }
  return seen;
}

/** The projects that every lint depends on, because every spec may import them. */
const { inputs } = (
  json('nx.json') as { targetDefaults: { lint: { inputs: (string | { input: string; projects: string[] })[] } } }
).targetDefaults.lint;
const always = inputs.flatMap((input) => (typeof input === 'object' ? input.projects.map(folderOf) : []));

/** Where a file imports from, outside of its own project. */
function foreignImports(folder: string): { file: string; target: string }[] {
  const files = globSync(`${folder}/**/*.ts`, { cwd: root, exclude: ['**/node_modules/**', '**/dist/**'] });
  return files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/\b(?:from|import\()\s*'([^']+)'/g)].flatMap(
      ([, from = '']) => {
        const target = from.startsWith('.')
          ? relative(root, join(root, dirname(file), from))
          : folderOf(from.split('/').slice(0, 2).join('/'));
        return target === undefined || target.startsWith(`${folder}/`) || target === folder ? [] : [{ file, target }];
      },
    ),
  );
}

describe('Conferir só o que mudou', () => {
  it.each(workspaces)('%s não importa nada cuja mudança não o faria conferir de novo', (folder) => {
    const known = [...declared(folder), ...always];
    const missed = foreignImports(folder).filter(
      ({ target }) =>
        !known.some((other) => other !== undefined && (target === other || target.startsWith(`${other}/`))) ||
        /\.spec\.|\/test\//.test(target),
    );
    expect(missed).toEqual([]);
  });

  it.each([
    ['tools', /^(libs|services|bffs)\/[^/]+(\/src\/|$)/],
    ['e2e', /^(libs|tools)\//],
  ])('%s também não', (folder, inputs) => {
    const foreign = foreignImports(folder).filter(({ file }) => !file.startsWith('tools/stripe-emulator/'));
    expect(foreign.length).toBeGreaterThan(0);
    expect(foreign.filter(({ target }) => !inputs.test(target) || target.includes('.spec.'))).toEqual([]);
  });

  it('o que um serviço usa não faz conferir de novo os outros', () => {
    expect([...declared('services/reservas')].filter((folder) => folder.startsWith('services/'))).toEqual([
      'services/reservas',
    ]);
    expect([...declared('services/auth')]).not.toContain('libs/bff');
  });
});
