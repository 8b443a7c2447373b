import { describe, expect, it } from '@jest/globals';
import { amrDaChave, type ChaveDeAcesso, normalizarCodigo, temSegundoFator } from './fator.js';

const chave: ChaveDeAcesso = {
  id: 'chave',
  usuarioId: 'pessoa',
  nome: 'Telefone',
  publica: new Uint8Array(1),
  contador: 0,
  transportes: [],
  sincronizada: true,
  criadaEm: new Date(0),
  usadaEm: null,
};

describe('O segundo fator', () => {
  it('é o aplicativo autenticador ou uma chave de acesso; códigos de recuperação sozinhos não o são', () => {
    expect(temSegundoFator({ totpDesde: null, chaves: [], codigosRestantes: 10 })).toBe(false);
    expect(temSegundoFator({ totpDesde: new Date(0), chaves: [], codigosRestantes: 0 })).toBe(true);
    expect(temSegundoFator({ totpDesde: null, chaves: [chave], codigosRestantes: 0 })).toBe(true);
  });

  it('diz se a chave não sai do aparelho ou se é copiada a outros', () => {
    expect(amrDaChave({ sincronizada: true })).toBe('swk');
    expect(amrDaChave({ sincronizada: false })).toBe('hwk');
  });

  it('um código de recuperação é o mesmo com espaços, traços e maiúsculas', () => {
    expect(normalizarCodigo('AB12-cd34 EF-56')).toBe('ab12cd34ef56');
  });
});
