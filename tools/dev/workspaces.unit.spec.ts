import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, it } from '@jest/globals';
import { root } from '../cli/paths.ts';
import { compileFile } from './compile.ts';
import { appsUsing, changeOf } from './workspaces.ts';

const names = (...workspaces: string[]): string[] => appsUsing(new Set(workspaces)).map(({ name }) => name);

describe('What a change restarts', () => {
  it.each([
    ['services/reservas', ['reservas']],
    ['bffs/web', ['bff-web']],
    ['libs/bff', ['bff-web', 'bff-mobile', 'bff-admin']],
    ['libs/testing', []],
    ['tools/stripe-emulator', ['stripe-emulator']],
  ])('%s: only what is made of it', (workspace, expected) => {
    expect(names(workspace)).toEqual(expected);
  });

  it('the library that all are made of: all of them', () => {
    expect(names('libs/platform')).toEqual(expect.arrayContaining(['auth', 'reservas', 'bff-web']));
  });

  it.each([
    [
      'services/reservas/src/domain/preco.ts',
      { workspace: 'services/reservas', output: 'services/reservas/dist/domain/preco.js' },
    ],
    ['services/auth/migrations/0100-usuarios.sql', { workspace: 'services/auth' }],
    ['tools/stripe-emulator/store.ts', { workspace: 'tools/stripe-emulator' }],
    ['services/reservas/src/domain/preco.unit.spec.ts', undefined],
    ['services/reservas/README.md', undefined],
    ['tools/stripe-emulator/test/harness.ts', undefined],
    ['services/reservas/dist/domain/preco.js', undefined],
    ['tools/start.ts', undefined],
  ])('%s is %j', (path, expected) => {
    expect(changeOf(path)).toEqual(expected);
  });
});

describe('compileFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dev-'));
  const output = join(relative(root, folder), 'fora/preco.js');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('writes what runs, and removes it with its source', async () => {
    await compileFile('services/reservas/src/domain/preco.ts', output);
    const compiled = join(root, output);
    expect(existsSync(compiled)).toBe(true);
    expect(existsSync(`${compiled}.map`)).toBe(true);
    await compileFile('services/reservas/src/domain/nao-existe.ts', output);
    expect(existsSync(compiled)).toBe(false);
  });

  it('says where a source is no TypeScript, and leaves what there was', async () => {
    const error: unknown = await compileFile('services/reservas/README.md', output).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SyntaxError);
    expect(String(error)).toContain('[services/reservas/README.md:3:');
    expect(String(error)).not.toMatch(/Caused by|backtrace|threadpool/);
    expect(existsSync(join(root, output))).toBe(false);
  });
});
