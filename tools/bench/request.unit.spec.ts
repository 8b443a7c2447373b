import { describe, expect, it } from '@jest/globals';
import { readRequest } from '../cli/command.ts';
import { benchRequest } from './request.ts';

const parse = (args: string[]) => benchRequest(readRequest('bench', args));

describe('O que se pede ao bench', () => {
  it('sem argumentos mede todos os cenários, nos tamanhos que levam pouco tempo', () => {
    expect(parse([])).toEqual({
      scenarios: ['disponibilidade', 'webhooks'],
      rows: [10_000, 1_000_000],
      json: false,
      infra: undefined,
      yes: false,
    });
  });

  it('lê cenários, tamanhos em qualquer ordem, e a forma da resposta', () => {
    expect(
      parse(['disponibilidade', 'disponibilidade', '--rows', '1000000,10000', '--json', '--infra=native']),
    ).toMatchObject({ scenarios: ['disponibilidade'], rows: [10_000, 1_000_000], json: true, infra: 'native' });
  });

  it.each([
    [['velocidade'], 'Não existe o cenário "velocidade"'],
    [['--rows', '10000'], 'dois tamanhos ou mais'],
    [['--rows', '10,1000000'], 'de 1000 a 100000000'],
    [['--rows', '1e4,1000000'], 'não serve'],
    [['--rows'], '--rows'],
    [['--tudo'], '--tudo'],
    [['--infra=nuvem'], '--infra deve ser'],
  ])('recusa %j, dizendo por quê', (args, why) => {
    expect(() => parse(args)).toThrow(why);
  });
});
