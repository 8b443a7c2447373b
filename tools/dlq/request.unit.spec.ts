import { describe, expect, it } from '@jest/globals';
import { readRequest } from '../cli/command.ts';
import { dlqRequest } from './request.ts';

const parse = (args: string[]) => dlqRequest(readRequest('dlq', args));

describe('O que se pede das mensagens mortas', () => {
  it('lê cada ação', () => {
    expect(parse(['list'])).toMatchObject({ action: 'list', ids: undefined, json: false, instance: 'dev' });
    expect(parse(['show', 'a', '--bruto'])).toMatchObject({ action: 'show', ids: ['a'], raw: true });
    expect(parse(['replay', 'a', 'b'])).toMatchObject({ action: 'replay', ids: ['a', 'b'] });
    expect(parse(['drop', '--all', '--yes'])).toMatchObject({ action: 'drop', ids: undefined, yes: true });
    expect(parse(['forget', '--json'])).toMatchObject({ action: 'forget', ids: undefined, json: true });
  });

  it.each([
    [[], 'Diga o que fazer'],
    [['purge'], 'Não existe a ação "purge"'],
    [['list', 'a'], 'list mostra todas'],
    [['show'], 'exatamente um id'],
    [['show', 'a', 'b'], 'exatamente um id'],
    [['replay'], 'recebe ids, ou --all'],
    [['drop', 'a', '--all'], 'recebe ids, ou --all'],
    [['forget', '--all'], 'forget escolhe por si'],
    [['forget', 'a'], 'forget escolhe por si'],
    [['list', '--tudo'], '--tudo'],
    [['list', '--instance', 'Não Serve'], '--instance'],
  ])('recusa %j, dizendo por quê', (args, why) => {
    expect(() => parse(args)).toThrow(why);
  });
});
