import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';

it('Segurança 21: o comando das chaves recusa, com uma frase, mexer nas do banco quando as que assinam vêm de um arquivo', async () => {
  const comando = spawn(
    process.execPath,
    [fileURLToPath(new URL('../dist/chaves.js', import.meta.url)), '--rotacionar'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        // Nobody is asked: nothing listens there.
        DATABASE_URL: 'postgres://ninguem@127.0.0.1:1/nada',
        AUTH_CHAVE_MESTRA: Buffer.alloc(32, 7).toString('base64'),
        AUTH_CHAVES_ARQUIVO: '/vault/secrets/chaves.json',
      },
    },
  );
  const [frase] = await Promise.all([text(comando.stderr), once(comando, 'close')]);
  expect([comando.exitCode, frase]).toEqual([
    1,
    'As chaves vêm de AUTH_CHAVES_ARQUIVO: quem o escreve as mostra e as rotaciona\n',
  ]);
});
