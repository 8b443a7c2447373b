import { describe, expect, it } from '@jest/globals';
import { Throttle } from './throttle.js';

const clocked = (perMinute: number) => {
  let now = 0;
  return { throttle: new Throttle(perMinute, () => now), pass: (ms: number) => (now += ms) };
};
/** How many of so many requests are let through. */
const asked = (throttle: Throttle, times: number, address = '192.0.2.1') =>
  Array.from({ length: times }).filter(() => {
    try {
      throttle.count(address);
      return true;
    } catch {
      return false;
    }
  }).length;

describe('O ritmo de um BFF', () => {
  it('deixa gastar de uma vez o de um minuto, e devolve aos poucos', () => {
    const { throttle, pass } = clocked(60);
    expect(asked(throttle, 100)).toBe(60);
    pass(10_000);
    expect(asked(throttle, 100)).toBe(10);
    pass(3_600_000);
    expect(asked(throttle, 100)).toBe(60);
  });

  it('diz quando há um pedido outra vez', () => {
    const { throttle } = clocked(6);
    asked(throttle, 6);
    expect(() => throttle.count('192.0.2.1')).toThrow(
      expect.objectContaining({
        status: 429,
        code: 'requisicao.limite-excedido',
        options: { headers: { 'retry-after': '10' } },
      }),
    );
  });

  it('conta cada endereço por si, e uma rede IPv6 por um', () => {
    const { throttle } = clocked(5);
    expect(asked(throttle, 9, '192.0.2.1')).toBe(5);
    expect(asked(throttle, 9, '192.0.2.2')).toBe(5);
    expect(asked(throttle, 4, '2001:db8:0:1::1')).toBe(4);
    expect(asked(throttle, 4, '2001:db8:0:1:ffff:ffff:ffff:ffff')).toBe(1);
    expect(asked(throttle, 4, '2001:db8:0:2::1')).toBe(4);
    expect(asked(throttle, 9, '::1')).toBe(5);
  });

  it('não guarda endereços sem fim', () => {
    const { throttle } = clocked(1);
    for (let n = 0; n < 50_001; n++) throttle.count(`host-${n}`);
    // The first was forgotten, and the last was not.
    expect([asked(throttle, 1, 'host-0'), asked(throttle, 1, 'host-50000')]).toEqual([1, 0]);
  });
});
