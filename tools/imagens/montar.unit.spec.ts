import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { root } from '../cli/paths.ts';

const place = mkdtempSync(join(tmpdir(), 'montar-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    writeFileSync(join(place, path), text);
  }
}

it('leva a aplicação, as bibliotecas que usa e as dependências, sem fontes, testes, mapas nem o que é de outras', () => {
  const app = JSON.stringify({ name: '@x/a', dependencies: { '@x/l': '1', fora: '1' } });
  const library = JSON.stringify({ name: '@x/l' });
  write({
    'fontes/services/a/package.json': app,
    'fontes/services/a/dist/main.js': '1',
    'fontes/services/a/dist/main.d.ts': '1',
    'fontes/services/a/dist/main.js.map': '1',
    'fontes/services/a/migrations/0001-x.sql': '1',
    'fontes/services/a/src/main.ts': '1',
    'fontes/services/a/test/main.int.spec.ts': '1',
    'fontes/services/b/package.json': JSON.stringify({ name: '@x/b' }),
    'fontes/services/b/dist/main.js': '1',
    'fontes/libs/l/package.json': library,
    'fontes/libs/l/dist/index.js': '1',
    'fontes/libs/l/dist/src/preso.js': '1',
    'deps/package.json': '{}',
    'deps/node_modules/fora/index.js': '1',
    'deps/node_modules/fora/README.md': '1',
    'deps/node_modules/typescript/lib.js': '1',
    'deps/services/b/package.json': JSON.stringify({ name: '@x/b' }),
    'deps/services/a/package.json': app,
    'deps/libs/l/package.json': library,
    'deps/libs/l/node_modules/preso/index.js': '1',
  });
  mkdirSync(join(place, 'deps/node_modules/@x'));
  for (const folder of ['services/a', 'services/b', 'libs/l'])
    symlinkSync(`../../${folder}`, join(place, 'deps/node_modules/@x', folder.slice(-1)));

  const out = join(place, 'app');
  execFileSync(process.execPath, [
    join(root, 'tools/imagens/montar.mjs'),
    'services/a',
    join(place, 'fontes'),
    join(place, 'deps'),
    out,
  ]);
  // Node's own walk would follow the links to workspaces.
  const found = execFileSync('find', [out, '-not', '-type', 'd', '-printf', '%P\n'], { encoding: 'utf8' });
  expect(found.trim().split('\n').sort()).toEqual([
    'libs/l/dist/index.js',
    'libs/l/dist/src/preso.js',
    'libs/l/node_modules/preso/index.js',
    'libs/l/package.json',
    'node_modules/@x/a',
    'node_modules/@x/l',
    'node_modules/fora/index.js',
    'package.json',
    'services/a/dist/main.js',
    'services/a/migrations/0001-x.sql',
    'services/a/package.json',
  ]);
});
