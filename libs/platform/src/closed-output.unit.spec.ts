import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const guard = fileURLToPath(new URL('../closed-output.mjs', import.meta.url));

/** What becomes of a command that writes, and later ends with code 3, after `closed` of it have lost their reader. */
async function ends(closed: readonly ('stdout' | 'stderr')[], program = ''): Promise<{ code: unknown; said: string }> {
  const child = spawn(
    process.execPath,
    [
      '--import',
      guard,
      '--input-type=module',
      '-e',
      // It writes once it is told that nobody reads, and again once it has heard how that went.
      `await new Promise((resolve) => process.stdin.once('data', resolve));
       process.stdin.destroy();
       ${program}
       for (let each = 0; each < 3; each++) {
         await new Promise((resolve) => process.stdout.write('resultado\\n', resolve));
         await new Promise((resolve) => process.stderr.write('aviso\\n', resolve));
       }
       process.exitCode = 3;`,
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk: Buffer) => (said += `${name}:${chunk.toString()}`));
  for (const name of closed) child[name].destroy();
  child.stdin.on('error', () => undefined).end('já\n');
  const [code] = (await once(child, 'close')) as [unknown];
  return { code, said };
}

describe('Quem lê um comando já não lê', () => {
  it('e ele segue até o fim, com o código dele e sem uma pilha', async () => {
    const { code, said } = await ends(['stdout']);
    expect(code).toBe(3);
    expect(said.replaceAll('stderr:', '')).toBe('aviso\n'.repeat(3));
  });

  it('nem os erros dele', async () => {
    expect(await ends(['stdout', 'stderr'])).toEqual({ code: 3, said: '' });
  });

  it('outra falha de escrita não se cala', async () => {
    const broken = `process.stdout.emit('error', Object.assign(new Error('disco cheio'), { code: 'ENOSPC' }));`;
    const { code, said } = await ends([], broken);
    expect(code).toBe(1);
    expect(said).toContain('disco cheio');
  });
});
