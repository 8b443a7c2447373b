import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const check = join(root, 'libs/platform/node.mjs');
const under = (version: string) =>
  spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `Object.defineProperty(process.versions, 'node', { value: '${version}' });
       await import(${JSON.stringify(check)});
       console.log('seguiu');`,
    ],
    { encoding: 'utf8' },
  );
const manifest = (path: string) =>
  JSON.parse(readFileSync(join(root, path), 'utf8')) as {
    engines: { node: string };
    devDependencies: { node: string };
  };

describe('O Node de uma aplicação', () => {
  it.each(['20.20.2', '22.9.0', '24.9.0'])(
    '%s é velho: diz-se numa linha qual se precisa, e o código é 1',
    (version) => {
      const { status, stdout, stderr } = under(version);
      expect([status, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(new RegExp(`^Este é o Node ${version}; é preciso o 24\\.21\\.0 .*npx node.*\n$`));
    },
  );

  it.each(['24.21.0', '24.100.0', '26.0.0'])('%s serve', (version) => {
    expect(under(version)).toMatchObject({ status: 0, stdout: 'seguiu\n', stderr: '' });
  });

  it('é o que o repositório traz', () => {
    expect(manifest('libs/platform/package.json').engines.node).toBe(
      `>=${manifest('package.json').devDependencies.node}`,
    );
  });

  it.each(globSync('{services,bffs}/*/src/main.ts', { cwd: root }))(
    '%s o confere antes de carregar o que um mais velho não liga',
    (path) => {
      const imports = readFileSync(join(root, path), 'utf8').match(/^import (?!type).*$/gm);
      expect(imports?.[0]).toBe(`import '@plataforma/platform/node';`);
      expect(imports?.slice(1).filter((line) => line !== `import 'reflect-metadata';`)).toEqual([]);
    },
  );
});
