import { describe, expect, it } from '@jest/globals';
import { descreverAparelho } from './aparelho.js';

describe('Um aparelho', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox em Linux'],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0',
      'Edge em Windows',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
      'Safari em iOS',
    ],
    [
      'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/141.0.0.0 Mobile Safari/537.36',
      'Chrome em Android',
    ],
    ['ReservasApp/3.2 (Android 15)', 'Android'],
    ['curl/8.5.0', 'curl'],
    ['<script>alert(1)</script>', 'aparelho desconhecido'],
    ['', 'aparelho desconhecido'],
    [undefined, 'aparelho desconhecido'],
  ])('que diz %p se chama %p', (userAgent, nome) => {
    expect(descreverAparelho(userAgent)).toBe(nome);
  });

  it('não custa mais por dizer muito', () => {
    expect(descreverAparelho('a'.repeat(100_000)).length).toBeLessThanOrEqual(120);
  });
});
