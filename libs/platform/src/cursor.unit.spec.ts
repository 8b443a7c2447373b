import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { decodeCursor, encodeCursor } from './cursor.js';

const keys = z.tuple([z.iso.datetime(), z.uuid()]);

describe('A cursor', () => {
  it('gives back the keys that it was made of, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 4 }), (parts) => {
        const cursor = encodeCursor(...parts);
        expect(cursor).toMatch(/^[\w-]+$/);
        expect(decodeCursor(cursor, z.array(z.string()))).toEqual(parts);
      }),
    );
  });

  it.each([
    '',
    'x',
    '%%%',
    encodeCursor('2026-01-01T00:00:00Z'),
    encodeCursor('ontem', 'nada'),
    Buffer.from('{}').toString('base64url'),
  ])('that is %p is refused with 400', (cursor) => {
    expect(() => decodeCursor(cursor, keys)).toThrow(
      expect.objectContaining({ status: 400, code: 'requisicao.cursor-invalido' }),
    );
  });
});
