import { describe, expect, it } from '@jest/globals';
import { FAILPOINTS, parseFailpoint } from '@plataforma/platform';
import { usual } from './crowd.ts';
import { faults, forgottenFailpoints } from './faults.ts';
import { oneOf, randomOf, shuffled } from './random.ts';
import { outOfTime, survived, table } from './report.ts';

describe('as falhas', () => {
  it('são as 28, em ordem', () => {
    expect(faults.map(({ n }) => n)).toEqual(Array.from({ length: 28 }, (_, i) => i + 1));
  });

  it('armam todo ponto de falha que há', () => {
    expect(FAILPOINTS.map((point) => parseFailpoint(point).name)).toEqual([...FAILPOINTS]);
    expect(forgottenFailpoints()).toEqual([]);
  });

  it('a não executada não consta como sobrevivida, nem como falha', () => {
    const rounds = [
      { n: 4, falha: 'partição', deveValer: 'I4', naoExecutada: 'falta um nó' },
      { n: 6, falha: 'queda', deveValer: 'I1', sobreviveu: true, sossegoSegundos: 7.25 },
    ];
    expect(table(rounds).split('\n').slice(1)).toEqual([
      '4   partição  I4          não executada  —',
      '6   queda     I1          sim            7.3 s',
    ]);
    expect(survived(rounds)).toBe(true);
    expect(survived([...rounds, { n: 9, falha: 'x', deveValer: 'I1', sobreviveu: false }])).toBe(false);
    expect(survived([...rounds, { n: 9, falha: 'x', deveValer: 'I1', naoExecutada: outOfTime }])).toBe(false);
  });
});

describe('o acaso', () => {
  it('é o mesmo para a mesma semente, e outro para outra', () => {
    const drawn = (seed: number) => {
      const random = randomOf(seed);
      return [shuffled(random, [1, 2, 3, 4, 5]), Array.from({ length: 20 }, () => oneOf(random, Object.keys(usual)))];
    };
    expect(drawn(7)).toEqual(drawn(7));
    expect(drawn(7)).not.toEqual(drawn(8));
    expect(() => oneOf(randomOf(1), [])).toThrow();
  });

  it('não favorece uma parte do intervalo', () => {
    const random = randomOf(42);
    const draws = Array.from({ length: 10_000 }, () => Math.floor(random() * 10));
    for (let tenth = 0; tenth < 10; tenth++)
      expect(Math.abs(draws.filter((each) => each === tenth).length - 1_000)).toBeLessThan(150);
  });
});
