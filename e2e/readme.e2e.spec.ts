import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@plataforma/testing';
import { root } from '../tools/cli/paths.ts';
import { writeState } from '../tools/platform/state.ts';
import { E2ePlatform } from './platform.ts';

/** What newcomers type, as they would: nothing of it may depend on which shell is theirs. */
const SHELLS = ['sh', 'bash', 'zsh', 'dash'].filter((shell) => spawnSync(shell, ['-c', ':']).status === 0);

let platform: E2ePlatform;

beforeAll(async () => {
  platform = await E2ePlatform.start({ names: ['auth', 'reservas', 'pagamentos', 'bff-web', 'stripe-emulator'] });
  writeState(platform.state);
});
afterAll(() => platform?.stop());

const web = () => platform.state.apps['bff-web'] ?? '';
const entrar = (email: string, senha: string): Promise<Response> =>
  fetch(`${web()}/v1/sessoes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, senha }),
  });

interface Ended {
  readonly code: number | null;
  readonly output: string;
}
/** All that it says until it ends, to the screen that both its outputs are. */
async function ended(child: ChildProcess, answer: (said: string) => void = () => undefined): Promise<Ended> {
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => answer((output += chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}
const env = { ...process.env, INSTANCIA: 'e2e' };

describe('O README', () => {
  const [, block = ''] =
    /## Reservar e pagar à mão[^]*?```sh\n([^]*?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];

  it.each(SHELLS.map((shell, n) => [shell, n] as const))(
    'reserva e paga em %s, como está escrito',
    async (shell, n) => {
      // Another day for each: what one of them booked is taken.
      const typed = block.replace('DIA=9', `DIA=${9 + n}`);
      // What it says when the charge is not open yet.
      const again = typed.slice(typed.indexOf('DETALHE='));
      const script = `${typed}\nwhile [ -n "$RESERVA" ] && [ -z "$INTENT" ]; do sleep 1\n${again}\ndone\necho "RESERVA=$RESERVA"\n`;
      expect(block).toContain('curl');
      const { code, output } = await ended(spawn(shell, ['-c', script], { cwd: root, env }));
      const [, reserva] = /^RESERVA=(.+)$/m.exec(output) ?? [];
      expect([code, output, reserva === undefined]).toEqual([0, expect.stringContaining('succeeded'), false]);
      const { tokenAcesso } = (await (await entrar('cliente@demo.local', 'demonstracao-2026')).json()) as {
        tokenAcesso: string;
      };
      await eventually(async () => {
        const answer = await fetch(`${web()}/v1/reservas/${reserva}`, {
          headers: { authorization: `Bearer ${tokenAcesso}` },
        });
        return ((await answer.json()) as { reserva: { status: string } }).reserva.status === 'CONFIRMADA';
      });
    },
  );
});

describe('npm run admin:criar', () => {
  const args = (email: string, ...more: string[]) => [
    join(root, 'tools/run.mjs'),
    ...['admin:criar', '--instance', 'e2e', '--email', email, ...more],
  ];
  /** Where nobody sits: what it is given is the password. */
  const piped = (email: string, password: string, ...more: string[]) => {
    const child = spawn(process.execPath, args(email, ...more), { cwd: root });
    child.stdin.end(password);
    return ended(child);
  };
  /** At a terminal, where each of the answers is typed once it is asked for. */
  const typed = (email: string, ...answers: string[]) => {
    const line = [process.execPath, ...args(email)].map((arg) => `'${arg}'`).join(' ');
    const child = spawn('script', ['-qec', line, '/dev/null'], { cwd: root });
    let asked = 0;
    return ended(child, (said) => {
      for (; asked < (said.match(/: $|: (?=\r?\n)/gm)?.length ?? 0) && asked < answers.length; asked += 1)
        child.stdin.write(`${answers[asked]}\r`);
    });
  };
  const papeis = async (email: string, senha: string) => {
    const answer = await entrar(email, senha);
    return [answer.status, ((await answer.json()) as { usuario?: { papeis: string[] } }).usuario?.papeis];
  };
  const gerada = (output: string) => /Senha, mostrada só agora: (\S+)/.exec(output)?.[1] ?? '';
  const FRASE = 'uma frase que ninguém mais diria';

  it('gera a senha que se pede, mostra-a uma vez, e com ela se entra', async () => {
    const { code, output } = await piped('gerada@exemplo.com', '', '--gerar-senha');
    expect([code, gerada(output)]).toEqual([0, expect.stringMatching(/^[a-z2-9]{6}(-[a-z2-9]{6}){3}$/)]);
    expect(await papeis('gerada@exemplo.com', gerada(output))).toEqual([201, expect.arrayContaining(['ADMIN'])]);
    const outra = await piped('outra@exemplo.com', '', '--gerar-senha', '--papel', 'OPERADOR');
    expect(gerada(outra.output)).not.toBe(gerada(output));
    expect(await papeis('outra@exemplo.com', gerada(outra.output))).toEqual([
      201,
      expect.arrayContaining(['OPERADOR']),
    ]);
    const repetida = await piped('gerada@exemplo.com', '', '--gerar-senha');
    expect([repetida.code, gerada(repetida.output)]).toEqual([0, '']);
    expect(repetida.output).toContain('já tem o papel ADMIN');
  });

  it('toma a senha da entrada padrão, e sem ela diz o que fazer', async () => {
    const { code, output } = await piped('dada@exemplo.com', `${FRASE}\n`);
    expect([code, output.includes(FRASE)]).toEqual([0, false]);
    expect(await papeis('dada@exemplo.com', FRASE)).toEqual([201, expect.arrayContaining(['ADMIN'])]);
    const nenhuma = await piped('nenhuma@exemplo.com', '');
    expect([nenhuma.code, nenhuma.output]).toEqual([1, expect.stringContaining('--gerar-senha')]);
    const curta = await piped('curta@exemplo.com', 'curta');
    expect([curta.code, curta.output.includes('Error')]).toEqual([1, false]);
    expect((await entrar('curta@exemplo.com', 'curta')).status).toBe(401);
  });

  if (process.platform === 'linux')
    describe('num terminal', () => {
      it('pergunta a senha duas vezes, sem mostrá-la', async () => {
        const { code, output } = await typed('digitada@exemplo.com', FRASE, FRASE);
        expect([code, output]).toEqual([0, expect.stringContaining('A mesma senha outra vez')]);
        expect(output).not.toContain(FRASE);
        expect(await papeis('digitada@exemplo.com', FRASE)).toEqual([201, expect.arrayContaining(['ADMIN'])]);
      });

      it('nada faz quando as duas são diferentes', async () => {
        const { code, output } = await typed('trocada@exemplo.com', FRASE, `${FRASE}!`);
        expect([code, output]).toEqual([1, expect.stringContaining('As duas senhas são diferentes. Nada foi feito.')]);
        expect((await entrar('trocada@exemplo.com', FRASE)).status).toBe(401);
      });

      it('gera uma quando nada se digita', async () => {
        const { code, output } = await typed('vazia@exemplo.com', '');
        expect(code).toBe(0);
        expect(await papeis('vazia@exemplo.com', gerada(output))).toEqual([201, expect.arrayContaining(['ADMIN'])]);
      });
    });
});
