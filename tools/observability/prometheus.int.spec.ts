import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { root } from '../cli/paths.ts';
import { obstaculo, type Programas, programas } from './programas.ts';

const run = promisify(execFile);
const folder = (name: string) => join(root, 'infra/observability', name);
const missing = await obstaculo();
if (missing !== undefined) console.warn(`As regras não foram provadas com o promtool: ${missing}`);

const tool = async (name: keyof Programas, ...args: string[]): Promise<string> => {
  const { [name]: path } = await programas();
  // What went wrong is in the error; what is said beside the answer is a warning.
  return (await run(path, args, { cwd: folder('prometheus') })).stdout;
};

it('numa integração contínua com apt nada disto fica por provar', () => {
  const required = process.env['CI'] === 'true' && existsSync('/usr/bin/apt-get');
  expect(required ? missing : undefined).toBeUndefined();
});

(missing === undefined ? describe : describe.skip)('com os programas do Prometheus', () => {
  it('as regras valem, e cada alerta dispara com o que é para isso e não com o que quase é', async () => {
    expect(await tool('promtool', 'check', 'rules', 'regras.yml')).toContain('SUCCESS');
    expect(await tool('promtool', 'test', 'rules', 'regras.test.yml')).toContain('SUCCESS');
  });

  it('a configuração do Prometheus vale', async () => {
    expect(await tool('promtool', 'check', 'config', '--syntax-only', 'prometheus.yml')).toContain('SUCCESS');
  });

  it('o Alertmanager chama alguém pelo que as pessoas notam, e avisa do resto', async () => {
    const config = folder('alertmanager/alertmanager.yml');
    expect(await tool('amtool', 'check-config', config)).toContain('SUCCESS');
    const route = (severidade: string) =>
      tool('amtool', 'config', 'routes', 'test', `--config.file=${config}`, 'alertname=X', `severidade=${severidade}`);
    expect((await route('pagina')).trim()).toBe('pagina');
    expect((await route('aviso')).trim()).toBe('avisos');
  });
});
