import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Sources } from './sources.ts';

const src = 'libs/contracts/src';

describe('Os fontes que se acompanham', () => {
  let place: string;
  let sources: Sources;
  let ended: AbortController;

  const at = (path: string): string => join(place, path);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  };
  /** As `sed -i` and most editors save. */
  const replace = (path: string, text: string): void => {
    write(`${path}.novo`, text);
    renameSync(at(`${path}.novo`), at(path));
  };
  /** What is told of until all of these were; a file may be told of more than once. */
  const told = async (...paths: string[]): Promise<string[]> => {
    const seen = new Set<string>();
    while (!paths.every((path) => seen.has(path))) for (const path of await sources.changed()) seen.add(path);
    return [...seen].sort();
  };

  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), 'fontes-'));
    mkdirSync(at('services'), { recursive: true });
    for (const name of ['um', 'dois']) write(`${src}/${name}.ts`, 'export {};');
    sources = new Sources(place);
    ended = new AbortController();
    sources.watch(ended.signal);
  });
  afterEach(() => {
    ended.abort();
    rmSync(place, { recursive: true });
  });

  it('dizem de um arquivo escrito no lugar, e depois de trocado por outro, toda vez', async () => {
    const path = `${src}/um.ts`;
    write(path, 'export const a = 0;');
    expect(await told(path)).toEqual([path]);
    for (const n of [1, 2, 3]) {
      replace(path, `export const a = ${n};`);
      expect(await told(path)).toEqual([path]);
    }
    write(path, 'export const a = 4;');
    expect(await told(path)).toEqual([path]);
  });

  it('dizem do que se apaga, se cria de novo, e de novo se muda', async () => {
    const path = `${src}/um.ts`;
    rmSync(at(path));
    expect(await told(path)).toEqual([path]);
    write(path, 'export const a = 1;');
    expect(await told(path)).toEqual([path]);
    replace(path, 'export const a = 2;');
    expect(await told(path)).toEqual([path]);
  });

  it('dizem do que está em pastas novas, também nas que estão noutra', async () => {
    const path = `${src}/nova/dentro/tres.ts`;
    write(path, 'export {};');
    expect(await told(path)).toEqual([path]);
    replace(path, 'export const a = 1;');
    expect(await told(path)).toEqual([path]);
  });

  it('dizem de tudo o que muda com a pasta que se troca por outra', async () => {
    write('fora/tres.ts', 'export {};');
    write('fora/dois.ts', 'export {};');
    renameSync(at(src), at('antes'));
    renameSync(at('fora'), at(src));
    // Its second file is as it was.
    expect(await told(`${src}/um.ts`, `${src}/tres.ts`)).toEqual([`${src}/tres.ts`, `${src}/um.ts`]);
    write(`${src}/dois.ts`, 'export const a = 1;');
    expect(await told(`${src}/dois.ts`)).toEqual([`${src}/dois.ts`]);
  });

  it('dizem de muitos de uma vez, como os de outro ramo, em pastas que lá não há e voltam', async () => {
    const paths = Array.from({ length: 300 }, (_, n) => `services/reservas/src/p${n % 20}/f${n}.ts`).sort();
    for (const path of paths) replace(path, 'export {};');
    expect(await told(...paths)).toEqual(paths);
    rmSync(at('services/reservas'), { recursive: true });
    expect(await told(...paths)).toEqual(paths);
    for (const path of paths) replace(path, 'export const a = 1;');
    expect(await told(...paths)).toEqual(paths);
  });
});
