import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { apps } from '../apps.ts';
import { serverPorts } from '../infra/ports.ts';
import { databases } from '../infra/secrets.ts';
import { readRequest, type CommandName } from './command.ts';
import {
  commands,
  fuzzedApps,
  helpOf,
  largestOffset,
  migratedServices,
  npmLine,
  options,
  provisionVariables,
  refuseSwallowedOptions,
} from './commands.mjs';
import { root } from './paths.ts';
import { UsageError } from './user-error.ts';

const names = Object.keys(commands) as CommandName[];

describe('Os comandos', () => {
  it('são os scripts do package.json, cada um um arquivo', async () => {
    const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(Object.keys(scripts).sort()).toEqual([...names].sort());
    for (const name of names) {
      expect(scripts[name]).toBe(`node tools/run.mjs ${name}`);
      expect(existsSync(join(root, 'tools', `${name.replace(':', '-')}.ts`))).toBe(true);
    }
  });

  it('não deixam que um deslocamento leve uma porta além da última', () => {
    expect(largestOffset).toBe(65_535 - Math.max(...Object.values(serverPorts(0))));
  });

  it('atacam com fuzz todas as aplicações menos o emulador', () => {
    expect([...fuzzedApps].sort()).toEqual(
      apps.flatMap(({ name, kind }) => (kind === 'emulator' ? [] : [name])).sort(),
    );
  });

  it('migram todos os bancos', () => {
    expect(migratedServices).toEqual(databases);
  });

  it.each(names)('%s conta na sua ajuda de cada opção que aceita', (name) => {
    const help = helpOf(name);
    expect(help).toContain(commands[name].purpose);
    for (const option of commands[name].options) expect(help).toContain(`--${option}`);
  });
});

describe('A ajuda', () => {
  it.each<[CommandName, string]>([
    ['invariants', '(padrão: 60)'],
    ['pagamentos:reconciliar', '(padrão: 120)'],
    ['fuzz', '(padrão: 40)'],
    ...Object.keys(provisionVariables).map((name): [CommandName, string] => ['provision', name]),
  ])('de %s diz %s', (name, what) => expect(helpOf(name)).toContain(what));

  it('diz o que vale sem ela cada opção que aceita um valor', () => {
    const known = ['testNamePattern', 'so', 'email', 'papel'];
    for (const name of names)
      for (const option of commands[name].options)
        if ('value' in options[option] && !known.includes(option))
          expect(helpOf(name)).toMatch(new RegExp(`--${option} .*\\(padrão: `));
  });
});

describe('readRequest', () => {
  it('sem argumentos quer dizer a instância de desenvolvimento nas portas de costume, no modo que funcionar', () => {
    expect(readRequest('start', [])).toMatchObject({
      instance: 'dev',
      portOffset: 0,
      infra: undefined,
      yes: false,
      detach: false,
      demo: undefined,
    });
  });

  it('lê cada opção, com sinal de igual ou com espaço', () => {
    const args = ['--infra=native', '--instance', 'outra', '--port-offset=10000', '-d', '--yes', '--sem-demo'];
    expect(readRequest('start', args)).toMatchObject({
      instance: 'outra',
      portOffset: 10_000,
      infra: 'native',
      yes: true,
      detach: true,
      demo: false,
    });
  });

  it.each<[CommandName, string[], string]>([
    ['start', ['--foo'], 'Opção desconhecida: --foo'],
    ['start', ['--infra=nuvem'], '--infra deve ser'],
    ['start', ['--port-offset=-1'], '--port-offset deve ser'],
    ['start', ['--port-offset=40000'], '--port-offset deve ser'],
    ['start', ['--port-offset=1e3'], '--port-offset deve ser'],
    ['start', ['--instance=../fora'], '--instance deve ter'],
    ['start', ['--instance=pacotes'], '--instance deve ter'],
    ['start', ['--instance=test'], 'npm test'],
    ['start', ['--instance'], 'incompleta'],
    ['start', ['--instance=a', '--instance=b'], 'mais de uma vez'],
    ['start', ['--detach=sim'], 'incompleta'],
    ['start', ['solto'], 'argumentos soltos'],
    ['stop', ['--detach'], 'Este comando aceita: --instance'],
    ['check', ['--instance=dev'], '--novo'],
    ['build', ['tudo'], 'argumentos soltos'],
    ['test', ['--coverage'], 'Opção desconhecida'],
    ['test', ['services/auth', '--cobertura'], 'de todos'],
    ['migrar', ['--servico=reservas,bff-web'], 'reservas, pagamentos, notificacoes, auth'],
    ['admin:criar', [], '--email'],
    ['admin:criar', ['--email=ana'], 'endereço de e-mail'],
    ['admin:criar', ['--email=ana@exemplo.com', '--papel=CLIENTE'], 'ADMIN, OPERADOR'],
    ['auth:chaves', ['--ja'], '--rotacionar'],
    ['invariants', ['--timeout=-1'], '--timeout deve ser'],
    ['invariants', ['--timeout=0'], '--timeout deve ser'],
    ['pagamentos:reconciliar', ['--timeout=0'], '--timeout deve ser'],
    ['fuzz', ['--exemplos=0'], '--exemplos deve ser'],
    ['fuzz', ['--so=nenhuma'], '--so deve ser'],
    ['bench', ['--rows=1000,1000'], '--rows pede'],
    ['bench', ['--only=ocioso,nenhum'], 'Não existe o cenário'],
    ['chaos', ['--only=1,29'], 'de 1 a 28'],
    ['chaos', ['--only=1', '--selecao'], 'não vão juntas'],
    ['pagamentos:reconciliar', ['--dias=0'], '--dias deve ser'],
  ])('%s recusa %j com uma frase que diz por quê, e código de saída 2', (name, args, reason) => {
    const attempt = (): unknown => readRequest(name, args);
    expect(attempt).toThrow(UsageError);
    expect(attempt).toThrow(reason);
  });
});

describe('npmLine', () => {
  it('leva a instância e as portas, a não ser que sejam as de costume', () => {
    expect(npmLine('stop', { instance: 'dev', portOffset: 10 })).toBe('npm stop');
    expect(npmLine('status', { instance: 'outra' })).toBe('npm run status -- --instance outra');
    expect(npmLine('start', '--infra=native', { instance: 'outra', portOffset: 10 })).toBe(
      'npm start -- --infra=native --instance outra --port-offset 10',
    );
  });
});

describe('O que o npm guarda para si', () => {
  const refusal = (name: CommandName, args: string[], env: NodeJS.ProcessEnv) => () =>
    refuseSwallowedOptions(name, args, { npm_lifecycle_event: name, ...env });

  it.each<[CommandName, string[], NodeJS.ProcessEnv, string]>([
    ['stop', [], { npm_config_instance: 'x' }, 'npm stop -- --instance=x'],
    ['stop', ['x'], { npm_config_instance: 'true' }, 'npm stop -- --instance x'],
    ['start', ['--detach'], { npm_config_port_offset: '3' }, 'npm start -- --port-offset=3 --detach'],
    ['start', [], { npm_config_sem_demo: 'true' }, 'npm start -- --sem-demo'],
    ['reset', [], { npm_config_yes: 'true' }, 'npm run reset -- --yes'],
    ['test', ['abc'], { npm_config_testnamepattern: 'x' }, 'npm test -- --testNamePattern=x abc'],
    ['stop', [], { npm_config_detach: 'true' }, '--detach'],
    ['stop', [], { npm_config_instancia: 'x' }, 'npm stop -- --instance=x'],
    ['start', [], { npm_config_portoffset: '5' }, 'npm start -- --port-offset=5'],
  ])('%s %j com %j é recusado com a linha que se queria dizer', (name, args, env, line) => {
    expect(refusal(name, args, env)).toThrow(line);
  });

  it('não é erro de ninguém quando é para o próprio npm, ou para outro comando', () => {
    refusal('stop', [], { npm_config_yes: 'true', npm_config_cache: '/x', npm_config_loglevel: 'error' })();
    refusal('check', [], { npm_config_json: 'true', npm_config_noproxy: '', npm_config_user_agent: 'npm' })();
    refuseSwallowedOptions('stop', [], { npm_lifecycle_event: 'ci', npm_config_instance: 'x' });
  });
});

describe('tools/run.mjs, antes de instalada qualquer coisa', () => {
  const run = (...args: string[]) => {
    // A clone in which npm ci has never run: whatever went further would try it.
    const clone = mkdtempSync(join(tmpdir(), 'clone-'));
    try {
      for (const name of ['tools', 'libs', 'package.json', 'package-lock.json'])
        symlinkSync(join(root, name), join(clone, name));
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        ['--preserve-symlinks', '--preserve-symlinks-main', join(clone, 'tools/run.mjs'), ...args],
        { encoding: 'utf8', env: { PATH: '' } },
      );
      return { status, stdout, stderr };
    } finally {
      rmSync(clone, { recursive: true });
    }
  };

  it.each(names)('responde a %s --help', (name) => {
    expect(run(name, '--help')).toMatchObject({ status: 0, stdout: expect.stringContaining(commands[name].purpose) });
  });

  it('recusa o que um comando não aceita, com código de saída 2', () => {
    expect(run('stop', '--foo')).toMatchObject({ status: 2, stderr: expect.stringContaining('--foo') });
    expect(run('voar')).toMatchObject({ status: 2, stderr: expect.stringContaining('voar') });
  });
});
