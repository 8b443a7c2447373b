import { describe, expect, it } from '@jest/globals';
import { filtroDeBloqueiosHttp } from '@plataforma/contracts';
import fc from 'fast-check';
import { z } from 'zod';
import { decodeCursor, encodeCursor } from './cursor.js';

const refusal = expect.objectContaining({ status: 400, code: 'requisicao.cursor-invalido' });
const keys = z.tuple([z.iso.datetime(), z.uuid()]);

describe('Um cursor', () => {
  it('devolve as chaves de que foi feito, e é um pelo contrato da sua lista', () => {
    const em = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(em, fc.uuid({ version: [4, 7, 8] }), (date, id) => {
        const cursor = encodeCursor(date.toISOString(), id);
        expect(filtroDeBloqueiosHttp.parse({ cursor }).cursor).toBe(cursor);
        expect(decodeCursor(cursor, keys)).toEqual([date.toISOString(), id]);
      }),
    );
  });

  it.each([
    '',
    'x',
    '%%%',
    encodeCursor('2026-01-01T00:00:00Z'),
    encodeCursor('ontem', 'nada'),
    encodeCursor('2026-01-01T00:00:00Z', '0192f0c4-0000-7000-8000-000000000001', ''),
    `${encodeCursor('2026-01-01T00:00:00Z', '0192f0c4-0000-7000-8000-000000000001')}=`,
    encodeCursor('2026-01-01T00:00:00Z', '0192f0c4-0000-7000-8000-000000000001\0'),
  ])('que é %p é recusado com 400', (cursor) => {
    expect(() => decodeCursor(cursor, keys)).toThrow(refusal);
  });
});
