import { describe, expect, it } from '@jest/globals';
import { readRequest } from '../cli/command.ts';
import { benchScenarios } from '../cli/commands.mjs';
import { benchRequest } from './request.ts';

const parse = (args: string[]) => benchRequest(readRequest('bench', args));

describe('O que se pede ao bench', () => {
  it('sem argumentos mede todos os cenários, na ordem do catálogo, até dez milhões de linhas', () => {
    expect(parse([])).toEqual({
      scenarios: [...benchScenarios],
      rows: [10_000, 1_000_000, 10_000_000],
      quick: false,
      json: false,
      infra: undefined,
      yes: false,
    });
  });

  it('com --quick usa tabelas que se escrevem depressa, salvo se pedirem outras', () => {
    expect(parse(['--quick'])).toMatchObject({ quick: true, rows: [10_000, 300_000] });
    expect(parse(['--quick', '--rows=1000,10000000']).rows).toEqual([1_000, 10_000_000]);
  });

  it('lê cenários soltos ou em --only, tamanhos em qualquer ordem, e a forma da resposta', () => {
    expect(
      parse(['disponibilidade', 'disponibilidade', '--rows', '1000000,10000', '--json', '--infra=native']),
    ).toMatchObject({ scenarios: ['disponibilidade'], rows: [10_000, 1_000_000], json: true, infra: 'native' });
    expect(parse(['--only', 'webhooks,ocioso']).scenarios).toEqual(['ocioso', 'webhooks']);
    expect(parse(['relay', '--only=webhooks']).scenarios).toEqual(['relay', 'webhooks']);
  });

  it.each([
    [['velocidade'], 'Não existe o cenário "velocidade"'],
    [['--only', 'ocioso,velocidade'], 'Não existe o cenário'],
    [['--rows', '10000'], 'dois tamanhos ou mais'],
    [['--rows', '10,1000000'], 'de 1000 a 100000000'],
    [['--rows', '1e4,1000000'], 'não serve'],
    [['--rows'], '--rows'],
    [['--quick=sim'], '--quick'],
    [['--tudo'], '--tudo'],
    [['--infra=nuvem'], '--infra deve ser'],
  ])('recusa %j, dizendo por quê', (args, why) => {
    expect(() => parse(args)).toThrow(why);
  });
});
