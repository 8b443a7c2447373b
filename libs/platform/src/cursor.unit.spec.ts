import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { decodeCursor, encodeCursor } from './cursor.js';

const refusal = expect.objectContaining({ status: 400, code: 'requisicao.cursor-invalido' });
const keys = z.tuple([z.iso.datetime(), z.uuid()]);

describe('A cursor', () => {
  it('gives back the keys that it was made of, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 4 }), (parts) => {
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
    `${encodeCursor('2026-01-01T00:00:00Z', '0192f0c4-0000-7000-8000-000000000001')}=`,
    Buffer.from('["2026-01-01T00:00:00Z", "0192f0c4-0000-7000-8000-000000000001"]').toString('base64url'),
  ])('that is %p is refused with 400', (cursor) => {
    expect(() => decodeCursor(cursor, keys)).toThrow(refusal);
  });

  it.each(['["a\\u0000"]', '["\\ud800"]', '[1]'])('that holds what no database has (%s) is refused', (json) => {
    expect(() => decodeCursor(Buffer.from(json).toString('base64url'), z.array(z.unknown()))).toThrow(refusal);
  });
});
