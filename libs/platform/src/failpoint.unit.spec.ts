import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FAILPOINTS, parseFailpoint } from './failpoint.js';

const source = join(import.meta.dirname, 'failpoint.ts');
const place = 'messaging.relay.antes-de-publicar';
let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pontos-'));
  file = join(folder, 'ponto');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What a process says that passes the place once with a message of `about`, and how it ends. */
function pass(env: Record<string, string>, about = 'pagamento.aprovado.v1') {
  const program = `import { failpoint } from ${JSON.stringify(source)};
    const began = Date.now();
    try { failpoint(${JSON.stringify(place)}, ${JSON.stringify(about)}); console.log(Date.now() - began >= 200 ? 'tarde' : 'seguiu'); }
    catch (error) { console.log(error.message); }`;
  const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    env: { PATH: process.env['PATH'], ...env },
    encoding: 'utf8',
  });
  return signal ?? stdout.trim();
}

describe('um ponto de falha', () => {
  it('lê nome, tipo e efeito, e recusa o que não conhece', () => {
    expect(parseFailpoint(place)).toEqual({ name: place, about: undefined, effect: { kind: 'morte' } });
    expect(parseFailpoint(`${place}@a.b.v1=atraso:200`)).toEqual({
      name: place,
      about: 'a.b.v1',
      effect: { kind: 'atraso', ms: 200 },
    });
    expect(parseFailpoint(`${place}=erro`).effect).toEqual({ kind: 'erro' });
    for (const wrong of ['', 'nenhum', `${place}=nada`, `${place}=atraso:`, `${place}=atraso:999999`])
      expect(() => parseFailpoint(wrong)).toThrow('FAILPOINT desconhecido');
    for (const name of FAILPOINTS) expect(parseFailpoint(name).name).toBe(name);
  });

  it('nada faz se o ambiente não o arma, nem em produção', () => {
    expect(pass({})).toBe('seguiu');
    expect(pass({ FAILPOINT: 'messaging.relay.antes-de-marcar' })).toBe('seguiu');
    expect(pass({ FAILPOINT: place, NODE_ENV: 'production' })).toBe('seguiu');
    writeFileSync(file, place);
    expect(pass({ FAILPOINT_ARQUIVO: file, NODE_ENV: 'production' })).toBe('seguiu');
  });

  it('mata, atrasa ou falha', () => {
    expect(pass({ FAILPOINT: place })).toBe('SIGKILL');
    expect(pass({ FAILPOINT: `${place}=atraso:200` })).toBe('tarde');
    expect(pass({ FAILPOINT: `${place}=erro` })).toBe(`FAILPOINT ${place}`);
  });

  it('só age sobre as mensagens do tipo dito', () => {
    expect(pass({ FAILPOINT: `${place}@pagamento.recusado.v1` })).toBe('seguiu');
    expect(pass({ FAILPOINT: `${place}@pagamento.aprovado.v1` })).toBe('SIGKILL');
  });

  it('pelo arquivo mata uma vez, e quem o armou vê que aconteceu', () => {
    expect(pass({ FAILPOINT_ARQUIVO: file })).toBe('seguiu');
    writeFileSync(file, place);
    expect(pass({ FAILPOINT_ARQUIVO: file })).toBe('SIGKILL');
    expect(existsSync(file)).toBe(false);
    expect(pass({ FAILPOINT_ARQUIVO: file })).toBe('seguiu');
  });

  it('pelo arquivo, atraso e erro duram até que ele saia', () => {
    writeFileSync(file, `${place}=erro\n`);
    expect([pass({ FAILPOINT_ARQUIVO: file }), pass({ FAILPOINT_ARQUIVO: file })]).toEqual(
      Array(2).fill(`FAILPOINT ${place}`),
    );
  });
});
