import { describe, expect, it } from '@jest/globals';
import { decidirRenovacao, type Sessao, type TokenRenovacao } from './sessao.js';

const agora = new Date('2026-12-01T12:00:00Z');
const ha = (ms: number) => new Date(agora.getTime() - ms);
const sessao: Sessao = { id: 's', usuarioId: 'u', expiraEm: new Date('2026-12-05T12:00:00Z'), encerrada: false };
const usado = (mudancas: Partial<Extract<TokenRenovacao, { estado: 'USADO' }>> = {}): TokenRenovacao => ({
  estado: 'USADO',
  usadoEm: ha(5_000),
  repetido: false,
  sucessorUsado: false,
  ...mudancas,
});

describe('A refresh token that is presented', () => {
  it('renews the session when it was never used', () => {
    expect(decidirRenovacao(sessao, { estado: 'NOVO' }, agora)).toBe('RENOVAR');
  });

  it('is answered again once within ten seconds, since the answer may have been lost', () => {
    expect(decidirRenovacao(sessao, usado({ usadoEm: ha(10_000) }), agora)).toBe('REPETIR');
  });

  it('is refused the third time within ten seconds, and the session lives on', () => {
    expect(decidirRenovacao(sessao, usado({ repetido: true }), agora)).toBe('CONCORRENTE');
  });

  it('ends the session when it comes back after ten seconds', () => {
    expect(decidirRenovacao(sessao, usado({ usadoEm: ha(10_001) }), agora)).toBe('REUSO');
  });

  it('ends the session at once when its successor was used: no answer was lost', () => {
    expect(decidirRenovacao(sessao, usado({ sucessorUsado: true }), agora)).toBe('REUSO');
  });

  it('is refused in a session that is over', () => {
    expect(decidirRenovacao({ ...sessao, encerrada: true }, { estado: 'NOVO' }, agora)).toBe('RECUSAR');
  });

  it('is refused from the instant on at which the session expires', () => {
    expect(decidirRenovacao({ ...sessao, expiraEm: agora }, { estado: 'NOVO' }, agora)).toBe('RECUSAR');
  });
});
