import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root } from '../cli/paths.ts';
import { workspaces } from '../dev/workspaces.ts';
import { projectOf, testProjects } from '../testing/changed-projects.ts';
import { selectSpecs } from '../testing/specs.ts';

interface Manifest {
  name: string;
  nx?: { namedInputs?: Record<string, string[]>; targets?: Record<string, object> };
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

const sourcesOf = (folder: string): string[] =>
  globSync(`${folder}/**/*.ts`, { cwd: root, exclude: ['**/node_modules/**', '**/dist/**'] });

/** Where a file imports from, outside of its own project. */
function foreignImports(folder: string): { file: string; target: string }[] {
  const files = sourcesOf(folder);
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

/** What a file names outside of its own project by a path, to import it, to read it or to run it. */
function foreignPaths(folder: string, sources: (file: string) => string): { file: string; target: string }[] {
  return sourcesOf(folder).flatMap((file) =>
    [...sources(file).matchAll(/(['"`])(?<path>(?:\.\/)?\.\.(?:\/[^'"`\s]*)?)\1|(?<here>process\.cwd\(\))/g)].flatMap(
      ({ groups: { path, here } = {} }) => {
        const target = here ?? relative(root, join(root, dirname(file), path ?? ''));
        // What is not there is a piece of data.
        const foreign = here !== undefined || existsSync(join(root, target));
        return foreign && !`${target}/`.startsWith(`${folder}/`) ? [{ file, target }] : [];
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
    ['e2e', /^(libs|tools)\/|^services\/\w+\/src\//],
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

describe('Testar só o que mudou', () => {
  const published = /^(?!.*(\.spec\.|\/test\/|\.md$))/;
  const sources = (file: string): string => readFileSync(join(root, file), 'utf8');

  /** What the tests of a workspace name outside of it although no change there would have them run again. */
  function undeclared(folder: string, read = sources): string[] {
    const known = [...declared(folder), ...always].map((other) => `${other ?? '-'}/`);
    const outside = (manifests.get(folder)?.nx?.namedInputs?.['outside'] ?? []).map((path) =>
      path.replace('{workspaceRoot}/', '').replace(/\/\*\*$/, ''),
    );
    return foreignPaths(folder, read)
      .map(({ target }) => target)
      .filter(
        (target) =>
          !outside.includes(target) && !(published.test(target) && known.some((other) => target.startsWith(other))),
      );
  }

  it.each(workspaces)('%s não toca por caminho em nada que não esteja nas entradas', (folder) => {
    expect(undeclared(folder)).toEqual([]);
  });

  it.each([
    ["new URL('../../../docs/api/topologia.json', import.meta.url)", ['docs/api/topologia.json']],
    ["join(import.meta.dirname, '../../..')", ['']],
    ["join(import.meta.dirname, '../../auth/migrations')", ['services/auth/migrations']],
    ['process.cwd()', ['process.cwd()']],
    [
      "new URL('../../../libs/platform/src/service.int.spec.ts', import.meta.url)",
      ['libs/platform/src/service.int.spec.ts'],
    ],
    ["new URL('../../../docs/api/openapi/reservas.json', import.meta.url)", []],
    ["new URL('../../../libs/platform/migrations', import.meta.url)", []],
  ])('acha o que se lê em %s', (expression, found) => {
    const one = 'services/reservas/test/exemplos.int.spec.ts';
    expect(undeclared('services/reservas', (file) => (file === one ? expression : ''))).toEqual(found);
  });

  it('todo arquivo de teste é de um projeto, e todo projeto tem o alvo', () => {
    expect(selectSpecs([]).map(projectOf)).toEqual(expect.arrayContaining(['services/reservas', 'tools/nx', 'e2e']));
    const targets = testProjects.map((folder) =>
      manifests.has(folder)
        ? manifests.get(folder)?.nx?.targets
        : (json(`${folder}/project.json`) as { targets: Record<string, object> }).targets,
    );
    for (const target of targets) expect(target).toMatchObject({ lint: {}, test: {} });
  });

  it('um arquivo é do projeto mais de dentro', () => {
    expect(
      ['tools/nx/a.spec.ts', 'tools/stripe-emulator/test/a.spec.ts', 'tools/dev/a.spec.ts'].map(projectOf),
    ).toEqual(['tools/nx', 'tools/stripe-emulator', 'tools']);
    expect(() => projectOf('bench/a.spec.ts')).toThrow('bench/a.spec.ts');
  });
});
