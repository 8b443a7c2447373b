import { describe, expect, it } from '@jest/globals';
import { budget, excesses, middle } from './budget.ts';

describe('o orçamento de uma visita', () => {
  it('cabe no que é seu, e o que passa é dito um por um', () => {
    expect(excesses(budget)).toEqual([]);
    expect(excesses({ lcpMs: 1_801, inpMs: 150, cls: 0.051 })).toEqual([
      'LCP 1801 ms, até 1800',
      'CLS 0.051, até 0.05',
    ]);
    expect(excesses({ lcpMs: 0, inpMs: 151, cls: 0 })).toEqual(['INP 151 ms, até 150']);
  });

  it('é o da visita do meio: uma que o acaso atrasou não o decide', () => {
    expect(middle([3, 900, 1, 2, 4])).toBe(3);
  });
});
