import { describe, expect, it } from '@jest/globals';
import { formatoAceito } from './formato-aceito.js';

const JSON_TYPE = 'application/json';
const PDF = 'application/pdf';

describe('o formato que o Accept pede', () => {
  it.each([
    [undefined, JSON_TYPE],
    ['', JSON_TYPE],
    ['*/*', JSON_TYPE],
    ['application/*', JSON_TYPE],
    ['application/pdf', PDF],
    ['APPLICATION/PDF', PDF],
    ['application/pdf, application/json', PDF],
    ['application/json, application/pdf', JSON_TYPE],
    ['application/json;q=0.5, application/pdf;q=0.9', PDF],
    ['application/pdf;q=0.5, application/json;q=0.9', JSON_TYPE],
    ['application/pdf; version=1.7; q=0.2, */*;q=0.1', PDF],
    ['application/json;q=0.1, */*;q=0.5', PDF],
    ['*/*, application/json;q=0', PDF],
    ['application/*;q=0.3, application/pdf;q=0', JSON_TYPE],
    ['application/pdf;q=dez, application/json;q=0.9', PDF],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', JSON_TYPE],
  ])('%j → %s', (accept, formato) => {
    expect(formatoAceito(accept, [JSON_TYPE, PDF])).toBe(formato);
  });

  it.each([
    'text/html',
    'image/*',
    'application/pdf;q=0',
    '*/*;q=0',
    ',;q=1',
    'application/json;q=0, application/pdf;q=0.0',
  ])('%j não quer nenhum', (accept) => {
    expect(formatoAceito(accept, [JSON_TYPE, PDF])).toBeUndefined();
  });
});
