import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type ChildProcess, fork } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { root } from '../cli/paths.ts';

describe('Um processo que se mantém quente', () => {
  let folder: string;
  let child: ChildProcess;
  const seen = (name: string): boolean => existsSync(join(folder, name));
  const write = (path: string, text: string): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  };

  /** A workspace whose code imports a package; each leaves a trace once it is loaded. */
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'reserva-'));
    const trace = (name: string): string => `require('node:fs').writeFileSync('${join(folder, name)}', '')`;
    const contracts = (version: string): string =>
      `import { writeFileSync } from 'node:fs';\nwriteFileSync('${join(folder, `contratos-${version}`)}', '');`;
    write('package.json', '{"type":"module"}');
    write('node_modules/pacote/package.json', '{"name":"pacote","main":"index.js"}');
    write('node_modules/pacote/index.js', trace('pacote-carregado'));
    write(
      'dist/main.js',
      `import 'pacote';\nimport { feito } from './parte.js';\nimport nada from 'nao-existe';\nfeito();`,
    );
    write('dist/parte.js', `import { writeFileSync } from 'node:fs';\nexport const feito = () => undefined;`);
    write('libs/contracts/dist/index.js', `export * from './partes.js';`);
    write('libs/contracts/dist/partes.js', contracts('antes'));
    child = fork(
      join(root, 'tools/dev/warm.mjs'),
      [join(folder, 'dist/main.js'), folder, join(folder, 'libs/contracts')],
      { execArgv: ['--experimental-import-meta-resolve'], stdio: 'ignore' },
    );
    await once(child, 'message');
    // As a change made while it waited.
    write(
      'dist/main.js',
      `import { writeFileSync } from 'node:fs';\nimport '../libs/contracts/dist/index.js';\nwriteFileSync('${join(folder, 'iniciada')}', '');`,
    );
    write('libs/contracts/dist/partes.js', contracts('depois'));
  });
  afterEach(async () => {
    // Its channel is closed, or it would keep this process.
    if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
    if (child.connected) child.disconnect();
    rmSync(folder, { recursive: true });
  });

  it('carregou os pacotes, e a aplicação, como estiver então, só quando pedida', async () => {
    expect([seen('pacote-carregado'), seen('iniciada')]).toEqual([true, false]);
    child.send('agora');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(seen('iniciada')).toBe(true);
  });

  it('fez uma vez os contratos que havia, e a aplicação tem os que há quando começa', async () => {
    expect([seen('contratos-antes'), seen('contratos-depois')]).toEqual([true, false]);
    child.send('agora');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(seen('contratos-depois')).toBe(true);
  });

  it('acaba com quem o mantém', async () => {
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(seen('iniciada')).toBe(false);
  });
});
