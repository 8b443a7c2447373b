import { describe, expect, it } from '@jest/globals';
import { base32, SpeakeasyTotp } from './speakeasy-totp.js';

const totp = new SpeakeasyTotp();
/** RFC 6238, appendix B: the secret of its SHA-1 vectors, and the last six of their eight digits. */
const SEGREDO = base32(Buffer.from('12345678901234567890'));

describe('Códigos pelo tempo', () => {
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('são os do RFC 6238 em %i s', (segundos, codigo) => {
    expect(totp.stepOf(SEGREDO, codigo, new Date(segundos * 1000))).toBe(Math.floor(segundos / 30));
  });

  it('8: um passo antes ou depois ainda servem, e dizem qual são; dois, não', () => {
    const passo = Math.floor(1_234_567_890 / 30);
    const em = (passos: number) => new Date((passo + passos) * 30_000 + 1_000);
    expect([-2, -1, 0, 1, 2].map((passos) => totp.stepOf(SEGREDO, '005924', em(passos)))).toEqual([
      undefined,
      passo,
      passo,
      passo,
      undefined,
    ]);
  });

  it('nascem de 160 bits, em base32 que qualquer aplicativo lê', () => {
    const segredos = Array.from({ length: 200 }, () => totp.newSecret());
    expect(new Set(segredos).size).toBe(200);
    for (const segredo of segredos) expect(segredo).toMatch(/^[A-Z2-7]{32}$/);
    // RFC 4648, section 10.
    expect(['f', 'fo', 'foo', 'foobar'].map((texto) => base32(Buffer.from(texto)))).toEqual([
      'MY',
      'MZXQ',
      'MZXW6',
      'MZXW6YTBOI',
    ]);
  });
});
