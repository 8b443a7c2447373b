import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root } from '../cli/paths.ts';

/** Whatever takes time away writes it, and the database's constraint decides: it is of no area, but of the service. */
const common = ['ocupacoes'];
/** Programs that run by themselves, and the area that they belong to. */
const programs: Record<string, string> = { 'rebuild.ts': 'reservas.module.ts' };

const files = (pattern: string): string[] => globSync(pattern, { cwd: root }).map((file) => join(root, file));
const read = (file: string): string => readFileSync(file, 'utf8');
const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found = '']) => found);
const importsOf = (file: string): string[] =>
  all(read(file), /from '(\.[^']+)\.js'/g).map((path) => join(dirname(file), `${path}.ts`));

/** Tables that a file writes: by its own statements, or as work that is leased. */
const writtenBy = (file: string): string[] => {
  const text = read(file);
  const leased = all(text, /new WorkTable[^;]*?table: '(\w+)'/g);
  return [...new Set([...all(text, /\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+(\w+)/g), ...leased])];
};

/** Of each file of the service, the areas that name it or that come to it by files which no other area names. */
function areasOf(src: string, areas: readonly string[]): Map<string, Set<string>> {
  const named = new Set(areas.flatMap(importsOf));
  const found = new Map<string, Set<string>>();
  for (const start of [
    ...areas,
    ...Object.keys(programs)
      .map((file) => join(src, file))
      .filter((file) => existsSync(file)),
  ]) {
    const area = programs[relative(src, start)] ?? relative(src, start);
    const waiting = importsOf(start);
    for (let file = waiting.pop(); file; file = waiting.pop()) {
      const known = found.get(file) ?? new Set();
      found.set(file, known);
      if (known.size !== known.add(area).size) waiting.push(...importsOf(file).filter((next) => !named.has(next)));
    }
  }
  return found;
}

describe('As tabelas de um serviço com várias áreas', () => {
  const services = new Map<string, string[]>();
  for (const file of files('services/*/src/*.module.ts'))
    if (!file.endsWith('/app.module.ts')) services.set(dirname(file), [...(services.get(dirname(file)) ?? []), file]);

  it('há ao menos um serviço assim', () => {
    expect([...services.keys()].map((src) => relative(root, src))).toContain('services/reservas/src');
  });

  it.each([...services].map(([src, areas]) => [relative(root, src), areas] as const))(
    '%s: cada uma é de uma área, e só ela a escreve',
    (folder, areas) => {
      const src = join(root, folder);
      const tables = files(`${dirname(folder)}/migrations/*.sql`).flatMap((file) =>
        all(read(file), /CREATE TABLE (\w+)/g),
      );
      const owners = new Map<string, string[]>();
      for (const area of areas) {
        const [list = ''] = all(read(area), /static readonly tabelas(?:: [^=]+)? = \[([^\]]*)\]/g);
        for (const table of all(list, /'(\w+)'/g))
          owners.set(table, [...(owners.get(table) ?? []), relative(src, area)]);
      }
      const ownerless = tables.filter((table) => !common.includes(table) && owners.get(table)?.length !== 1);
      expect(ownerless).toEqual([]);
      expect([...owners.keys()].filter((table) => !tables.includes(table))).toEqual([]);

      const areaOf = areasOf(src, areas);
      const strangers = files(`${folder}/**/*.ts`)
        .filter((file) => !file.endsWith('.spec.ts'))
        .flatMap((file) =>
          writtenBy(file)
            .filter((table) => owners.has(table))
            .filter((table) => [...(areaOf.get(file) ?? ['ninguém'])].some((area) => area !== owners.get(table)?.[0]))
            .map((table) => `${relative(src, file)} escreve ${table}, que é de ${owners.get(table)?.[0]}`),
        );
      expect(strangers).toEqual([]);
    },
  );
});
