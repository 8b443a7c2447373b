import { describe, expect, it } from '@jest/globals';
import { parseOptions } from './arguments.ts';
import { UsageError } from './user-error.ts';

const startOptions = ['infra', 'instance', 'port-offset', 'detach', 'yes'] as const;

describe('parseOptions', () => {
  it('without arguments means the development instance on its usual ports, in whatever mode works', () => {
    expect(parseOptions([], startOptions)).toEqual({
      instance: 'dev',
      portOffset: 0,
      infra: undefined,
      yes: false,
      detach: false,
    });
  });

  it('reads every option, with an equals sign or a blank', () => {
    const args = ['--infra=native', '--instance', 'outra', '--port-offset=10000', '--detach', '--yes'];
    expect(parseOptions(args, startOptions)).toEqual({
      instance: 'outra',
      portOffset: 10_000,
      infra: 'native',
      yes: true,
      detach: true,
    });
  });

  it.each([
    [['--foo'], 'Opção desconhecida: --foo'],
    [['--infra=nuvem'], '--infra deve ser'],
    [['--port-offset=-1'], '--port-offset deve ser'],
    [['--port-offset=40000'], '--port-offset deve ser'],
    [['--port-offset=1e3'], '--port-offset deve ser'],
    [['--instance=../fora'], '--instance deve ter'],
    [['--instance=pacotes'], '--instance deve ter'],
    [['--instance'], 'incompleta'],
    [['solto'], 'argumentos soltos'],
  ])('refuses %j with a sentence that says why, and exit code 2', (args, reason) => {
    const attempt = (): unknown => parseOptions(args, startOptions);
    expect(attempt).toThrow(UsageError);
    expect(attempt).toThrow(reason);
  });

  it('refuses an option that other commands know but this one does not', () => {
    expect(() => parseOptions(['--detach'], ['instance'])).toThrow('Este comando aceita: --instance');
  });
});
