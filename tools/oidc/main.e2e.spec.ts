import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually, freePort } from '@plataforma/testing';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

describe('O provedor local', () => {
  let child: ReturnType<typeof spawn> | undefined;
  afterEach(() => {
    child?.kill('SIGKILL');
  });

  it('fica no ar até que o encerrem', async () => {
    const port = String(await freePort());
    const provider = spawn(process.execPath, [MAIN], {
      env: {
        ...process.env,
        PORT: port,
        OIDC_CLIENTE_ID: 'plataforma',
        OIDC_CLIENTE_SEGREDO: 'segredo',
        OIDC_RETORNOS: 'http://localhost:3101/v1/sessoes/externas/retorno',
      },
      stdio: 'ignore',
    });
    child = provider;
    const ended = once(provider, 'exit');
    await eventually(async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).ok, 60_000);
    provider.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});
