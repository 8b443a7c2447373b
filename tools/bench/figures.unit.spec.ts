import { describe, expect, it } from '@jest/globals';
import { alternate, growthExponent, percentile, ratios, spreadOf } from './figures.ts';

describe('números', () => {
  it('são contados pela mediana e pela amplitude', () => {
    expect(spreadOf([5, 1, 9])).toEqual({ median: 5, least: 1, most: 9 });
    expect(spreadOf([4, 1, 2, 9])).toEqual({ median: 3, least: 1, most: 9 });
    expect(() => spreadOf([])).toThrow('nothing was measured');
  });

  it('de uma razão são de cada rodada por si', () => {
    expect(ratios([10, 30], [20, 40])).toEqual([0.5, 0.75]);
  });

  it.each([
    [0.5, 50],
    [0.99, 99],
    [1, 100],
    [0, 1],
  ])('o percentil %d é o que essa parte de todos não passa', (share, expected) => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(values, share)).toBe(expected);
  });

  it('de dois lados se tomam em turnos, e nenhum é sempre o primeiro', async () => {
    const order: string[] = [];
    const side = (name: string) => (round: number) => {
      order.push(`${name}${round}`);
      return Promise.resolve(round);
    };
    await expect(alternate(3, { a: side('a'), b: side('b') })).resolves.toEqual({ a: [0, 1, 2], b: [0, 1, 2] });
    expect(order).toEqual(['a0', 'b0', 'b1', 'a1', 'a2', 'b2']);
  });

  it.each([
    ['constant', () => 7, 0],
    ['square root', Math.sqrt, 0.5],
    ['proportional', (x: number) => 3 * x, 1],
  ])('um crescimento que é %s tem o seu expoente', (_, grows, exponent) => {
    const points = [1e4, 1e6, 1e7].map((x) => [x, grows(x)] as const);
    expect(growthExponent(points)).toBeCloseTo(exponent, 10);
  });
});
