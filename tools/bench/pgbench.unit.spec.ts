import { describe, expect, it } from '@jest/globals';
import { parsePgbench } from './pgbench.ts';

const output = (failed: number): string => `pgbench (15.18 (Debian 15.18-0+deb12u1))
transaction type: retencao.sql
scaling factor: 1
query mode: extended
number of clients: 8
duration: 3 s
number of transactions actually processed: 2816
number of failed transactions: ${failed} (0.000%)
latency average = 8.491 ms
initial connection time = 31.552 ms
tps = 942.137055 (without initial connection time)
`;

describe('O que o pgbench diz', () => {
  it('lê-se como transações e quantas por segundo', () => {
    expect(parsePgbench(output(0))).toEqual({ perSecond: 942.137055, transactions: 2816, failed: 0 });
  });

  it.each([output(3), 'pgbench: error: connection failed', `${output(0)}pgbench: error: client 3 aborted`])(
    'recusa-se quando transações falharam, ou não há vazão',
    (text) => {
      expect(() => parsePgbench(text)).toThrow('pgbench: ');
    },
  );
});
