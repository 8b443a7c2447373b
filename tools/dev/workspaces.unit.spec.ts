import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, it } from '@jest/globals';
import { root } from '../cli/paths.ts';
import { compileFile } from './compile.ts';
import { appsUsing, changeOf } from './workspaces.ts';

const names = (...workspaces: string[]): string[] => appsUsing(new Set(workspaces)).map(({ name }) => name);

describe('O que uma mudança reinicia', () => {
  it.each([
    ['services/reservas', ['reservas']],
    ['bffs/web', ['bff-web']],
    ['libs/bff', ['bff-web', 'bff-mobile', 'bff-admin']],
    ['libs/testing', []],
    ['tools/stripe-emulator', ['stripe-emulator']],
  ])('%s: só o que é feito dela', (workspace, expected) => {
    expect(names(workspace)).toEqual(expected);
  });

  it('a biblioteca de que todos são feitos: todos', () => {
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
  ])('%s é %j', (path, expected) => {
    expect(changeOf(path)).toEqual(expected);
  });
});

describe('compileFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dev-'));
  const output = join(relative(root, folder), 'fora/preco.js');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('escreve o que executa, e o remove com a sua fonte', async () => {
    await compileFile('services/reservas/src/domain/preco.ts', output);
    const compiled = join(root, output);
    expect(existsSync(compiled)).toBe(true);
    expect(existsSync(`${compiled}.map`)).toBe(true);
    await compileFile('services/reservas/src/domain/nao-existe.ts', output);
    expect(existsSync(compiled)).toBe(false);
  });

  it('diz onde uma fonte não é TypeScript, e deixa o que havia', async () => {
    const error: unknown = await compileFile('services/reservas/README.md', output).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SyntaxError);
    expect(String(error)).toContain('[services/reservas/README.md:3:');
    expect(String(error)).not.toMatch(/Caused by|backtrace|threadpool/);
    expect(existsSync(join(root, output))).toBe(false);
  });
});
