import { describe, expect, it } from '@jest/globals';
import { deServicoConhecido, TEXTOS_DO_CODIGO, VALIDADE_DO_CODIGO_MS } from './destino.js';

const servicos = ['fcm.googleapis.com', '*.push.apple.com'];

describe('O endereço de um navegador', () => {
  it.each([
    'https://fcm.googleapis.com/fcm/send/x',
    'https://web.push.apple.com/x',
    'https://a.b.push.apple.com/x',
    'https://fcm.googleapis.com:443/x',
  ])('%s é de um serviço conhecido', (endereco) => {
    expect(deServicoConhecido(endereco, servicos)).toBe(true);
  });

  it.each([
    'nada disso',
    'http://fcm.googleapis.com/x',
    'https://fcm.googleapis.com:8443/x',
    'https://alguem@fcm.googleapis.com/x',
    'https://:senha@fcm.googleapis.com/x',
    'https://outro.fcm.googleapis.com/x',
    'https://fcm.googleapis.com.exemplo.org/x',
    'https://push.apple.com/x',
    'https://falsopush.apple.com/x',
  ])('%s não é', (endereco) => {
    expect(deServicoConhecido(endereco, servicos)).toBe(false);
  });
});

describe('O código de um telefone', () => {
  it('é dito em cada idioma, com a validade que tem', () => {
    const minutos = String(VALIDADE_DO_CODIGO_MS / 60_000);
    for (const { texto } of Object.values(TEXTOS_DO_CODIGO)) {
      expect(texto('123456')).toContain('123456');
      expect(texto('123456')).toContain(` ${minutos} `);
    }
  });
});
