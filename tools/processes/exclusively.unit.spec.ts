import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { root } from '../cli/paths.ts';
import { exclusively } from './exclusively.ts';

const name = `prova-${process.pid}`;
afterAll(() => rmSync(join(root, '.nx', `${name}.lock`), { force: true }));

describe('O que só um comando de cada vez faz', () => {
  it('não começa antes de acabar o de quem chegou primeiro, que falhe ou não', async () => {
    const seen: string[] = [];
    const first = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const failing = exclusively(name, async () => {
      begun.resolve();
      await first.promise;
      seen.push('primeiro');
      throw new Error('não compila');
    });
    await begun.promise;
    const second = exclusively(name, async () => void seen.push('segundo'));
    first.resolve();
    await expect(failing).rejects.toThrow('não compila');
    await second;
    expect(seen).toEqual(['primeiro', 'segundo']);
  });

  it('não espera por um processo que morreu no meio', async () => {
    const holder = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `const { exclusively } = await import(${JSON.stringify(join(import.meta.dirname, 'exclusively.ts'))});
         setInterval(() => undefined, 1_000);
         await exclusively('${name}', () => { process.stdout.write('tenho'); return new Promise(() => undefined); });`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(holder.stdout, 'data');
    const refused = exclusively(name, async () => 'cedo demais', AbortSignal.abort(new Error('ainda é de outro')));
    await expect(refused).rejects.toThrow('ainda é de outro');
    holder.kill('SIGKILL');
    expect(await exclusively(name, async () => 'agora')).toBe('agora');
  });
});
