import { describe, expect, it } from '@jest/globals';
import { growthExponent, spreadOf } from './figures.ts';

describe('números', () => {
  it('são contados pela mediana e pela amplitude', () => {
    expect(spreadOf([5, 1, 9])).toEqual({ median: 5, least: 1, most: 9 });
    expect(spreadOf([4, 1, 2, 9])).toEqual({ median: 3, least: 1, most: 9 });
    expect(() => spreadOf([])).toThrow('nothing was measured');
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
