import { describe, expect, it } from '@jest/globals';
import { dueTimes } from './scenarios/perfil.ts';

describe('O perfil de carga do plano', () => {
  const due = dueTimes(200, 1_000);
  const between = (from: number, to: number): number => due.filter((at) => at >= from && at < to).length;

  it('vence em ordem, e acaba', () => {
    expect(due).toEqual(due.toSorted((a, b) => a - b));
    expect(due.at(-1)).toBeLessThan(16_000);
  });

  it('sobe até metade do pico, fica, sobe até o pico, fica, e desce', () => {
    expect(between(0, 2_000)).toBeCloseTo(100, -1);
    expect(between(2_000, 7_000)).toBeCloseTo(500, -1);
    expect(between(7_000, 9_000)).toBeCloseTo(300, -1);
    expect(between(9_000, 14_000)).toBeCloseTo(1_000, -1);
    expect(between(14_000, 16_000)).toBeCloseTo(200, -1);
  });
});
