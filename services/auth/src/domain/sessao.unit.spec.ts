import { describe, expect, it } from '@jest/globals';
import { decidirRenovacao, type Sessao, type TokenRenovacao } from './sessao.js';

const agora = new Date('2026-12-01T12:00:00Z');
const ha = (ms: number) => new Date(agora.getTime() - ms);
const sessao: Sessao = {
  id: 's',
  usuarioId: 'u',
  expiraEm: new Date('2026-12-05T12:00:00Z'),
  encerrada: false,
  amr: ['pwd'],
  autenticadaEm: new Date('2026-11-28T12:00:00Z'),
};
const usado = (mudancas: Partial<Extract<TokenRenovacao, { estado: 'USADO' }>> = {}): TokenRenovacao => ({
  estado: 'USADO',
  usadoEm: ha(5_000),
  repetido: false,
  sucessorUsado: false,
  ...mudancas,
});

describe('Um token de renovação apresentado', () => {
  it('renova a sessão quando nunca foi usado', () => {
    expect(decidirRenovacao(sessao, { estado: 'NOVO' }, agora)).toBe('RENOVAR');
  });

  it('é respondido de novo uma vez em dez segundos, já que a resposta pode ter-se perdido', () => {
    expect(decidirRenovacao(sessao, usado({ usadoEm: ha(10_000) }), agora)).toBe('REPETIR');
  });

  it('é recusado pela terceira vez em dez segundos, e a sessão vive', () => {
    expect(decidirRenovacao(sessao, usado({ repetido: true }), agora)).toBe('CONCORRENTE');
  });

  it('encerra a sessão quando volta depois de dez segundos', () => {
    expect(decidirRenovacao(sessao, usado({ usadoEm: ha(10_001) }), agora)).toBe('REUSO');
  });

  it('encerra a sessão na hora quando o sucessor foi usado: nenhuma resposta se perdeu', () => {
    expect(decidirRenovacao(sessao, usado({ sucessorUsado: true }), agora)).toBe('REUSO');
  });

  it('é recusado numa sessão que acabou', () => {
    expect(decidirRenovacao({ ...sessao, encerrada: true }, { estado: 'NOVO' }, agora)).toBe('RECUSAR');
  });

  it('é recusado a partir do instante em que a sessão expira', () => {
    expect(decidirRenovacao({ ...sessao, expiraEm: agora }, { estado: 'NOVO' }, agora)).toBe('RECUSAR');
  });
});
