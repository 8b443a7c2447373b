import { describe, expect, it } from '@jest/globals';
import { parseDlqRequest } from './request.ts';

describe('parseDlqRequest', () => {
  it('reads each action', () => {
    expect(parseDlqRequest(['list'])).toMatchObject({ action: 'list', ids: undefined, json: false, instance: 'dev' });
    expect(parseDlqRequest(['show', 'a', '--bruto'])).toMatchObject({ action: 'show', ids: ['a'], raw: true });
    expect(parseDlqRequest(['replay', 'a', 'b'])).toMatchObject({ action: 'replay', ids: ['a', 'b'] });
    expect(parseDlqRequest(['drop', '--all', '--yes'])).toMatchObject({ action: 'drop', ids: undefined, yes: true });
  });

  it.each([
    [[], 'Diga o que fazer'],
    [['purge'], 'Não existe a ação "purge"'],
    [['list', 'a'], 'list mostra todas'],
    [['show'], 'exatamente um id'],
    [['show', 'a', 'b'], 'exatamente um id'],
    [['replay'], 'recebe ids, ou --all'],
    [['drop', 'a', '--all'], 'recebe ids, ou --all'],
    [['list', '--tudo'], '--tudo'],
    [['list', '--instance', 'Não Serve'], '--instance'],
  ])('refuses %j, saying why', (args, why) => {
    expect(() => parseDlqRequest(args)).toThrow(why);
  });
});
