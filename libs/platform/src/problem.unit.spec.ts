import { describe, expect, it } from '@jest/globals';
import { crowded, Problem, statusesOf } from './problem.js';

const regra = (code: string, natureza: string) =>
  class {
    static readonly code = code;
    static readonly natureza = natureza;
  };

describe('As regras de um domínio', () => {
  it('têm o status da sua natureza, e o que não é regra não conta', () => {
    expect(
      statusesOf({
        SemToken: regra('x.sem-token', 'NAO_AUTENTICADO'),
        SemPapel: regra('x.sem-papel', 'PROIBIDO'),
        NaoHa: regra('x.nao-ha', 'INEXISTENTE'),
        Ocupado: regra('x.ocupado', 'CONFLITO'),
        Mudou: regra('x.mudou', 'DESATUALIZADO'),
        NaoVale: regra('x.nao-vale', 'INVALIDO'),
        Base: class {},
        MAXIMO: 3,
      }),
    ).toEqual({
      'x.sem-token': 401,
      'x.sem-papel': 403,
      'x.nao-ha': 404,
      'x.ocupado': 409,
      'x.mudou': 412,
      'x.nao-vale': 422,
    });
  });

  it('não começam com uma natureza que o HTTP não conhece, nem com um código de duas', () => {
    expect(() => statusesOf({ Nova: regra('x.nova', 'NUNCA_VISTA') })).toThrow('x.nova');
    expect(() => statusesOf({ Uma: regra('x.um', 'CONFLITO'), Outra: regra('x.um', 'CONFLITO') })).toThrow('x.um');
  });
});

describe('Um problema', () => {
  it('que se conta a quem pediu não leva de onde veio; o que é falha nossa leva', () => {
    expect(new Problem(409, 'x.um', 'Um').stack).not.toMatch(/\n\s+at /);
    expect(crowded().stack).not.toMatch(/\n\s+at /);
    expect(new Problem(502, 'x.dois', 'Dois').stack).toContain('problem.unit.spec');
    expect(new Error('outro').stack).toContain('problem.unit.spec');
  });
});
