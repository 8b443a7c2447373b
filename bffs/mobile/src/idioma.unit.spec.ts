import { describe, expect, it } from '@jest/globals';
import { idiomaPreferido } from './idioma.js';

describe('A língua de um cliente', () => {
  it.each([
    [undefined, 'pt-BR'],
    ['', 'pt-BR'],
    ['*', 'pt-BR'],
    ['fr', 'pt-BR'],
    ['en', 'en'],
    ['en-US,en;q=0.9', 'en'],
    ['pt', 'pt-BR'],
    ['pt-PT, en;q=0.8', 'pt-BR'],
    ['fr, en;q=0.5, pt;q=0.3', 'en'],
    ['en;q=0.3, pt-BR;q=0.9', 'pt-BR'],
    ['en;q=0', 'pt-BR'],
    ['EN-gb ; q=1.0', 'en'],
    ['english', 'pt-BR'],
    // A quality that is none is no wish.
    [',;q=,en;q=abc', 'pt-BR'],
    ['en-US, pt', 'en'],
    ['pt-PT, en', 'pt-BR'],
  ])('que manda %p é %s', (header, idioma) => {
    expect(idiomaPreferido(header)).toBe(idioma);
  });
});
