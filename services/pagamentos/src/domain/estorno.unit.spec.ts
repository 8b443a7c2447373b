import { describe, expect, it } from '@jest/globals';
import { type Estorno, type EstornoNoProvedor, interpretar, observarEstorno, restante } from './estorno.js';

const nosso: Estorno = {
  id: 'e1',
  cobrancaId: 'c1',
  valorCentavos: 4_000,
  origem: 'RESERVA',
  estado: 'A_FAZER',
  provedorId: null,
};
const deles: EstornoNoProvedor = {
  provedorId: 're_1',
  estornoId: 'e1',
  valorCentavos: 4_000,
  situacao: 'CONCLUIDO',
  falha: null,
};

describe('estorno', () => {
  it.each([
    ['A_FAZER', 'CONCLUIDO', 'CONCLUIDO'],
    ['EM_PROCESSAMENTO', 'CONCLUIDO', 'CONCLUIDO'],
    ['A_FAZER', 'EM_PROCESSAMENTO', 'EM_PROCESSAMENTO'],
    ['EM_PROCESSAMENTO', 'FALHOU', 'A_REFAZER'],
    ['CONCLUIDO', 'FALHOU', 'DEVOLVIDO'],
    ['CONCLUIDO', 'EM_PROCESSAMENTO', undefined],
    ['CONCLUIDO', 'CONCLUIDO', undefined],
    // A failure outranks a success, and what was decided not to be made stays so.
    ['FALHOU', 'CONCLUIDO', undefined],
    ['FALHOU', 'EM_PROCESSAMENTO', undefined],
    ['FALHOU', 'FALHOU', undefined],
    ['BAIXADO', 'CONCLUIDO', undefined],
    ['BAIXADO', 'EM_PROCESSAMENTO', undefined],
    ['BAIXADO', 'FALHOU', undefined],
    ['PARADO', 'CONCLUIDO', 'CONCLUIDO'],
    ['PARADO', 'EM_PROCESSAMENTO', 'EM_PROCESSAMENTO'],
    ['PARADO', 'FALHOU', 'A_REFAZER'],
  ] as const)('%s, visto %s, vira %s', (estado, situacao, fato) => {
    expect(observarEstorno({ ...nosso, estado }, { situacao })).toBe(fato);
  });

  it.each([
    ['EM_PROCESSAMENTO', 'FALHOU'],
    ['CONCLUIDO', 'FALHOU_DEPOIS'],
    ['FALHOU', undefined],
  ] as const)('o feito no provedor, %s, que falha, não é pedido de novo', (estado, fato) => {
    expect(observarEstorno({ ...nosso, origem: 'PROVEDOR', estado }, { situacao: 'FALHOU' })).toBe(fato);
  });

  it('com a nossa marca, e ainda não anotado, é o nosso', () => {
    expect(interpretar([nosso], [deles])).toEqual([{ type: 'ANOTAR', estorno: nosso, noProvedor: deles }]);
  });

  it('feito sem nós é adotado, e o que falhou sem nós, esquecido', () => {
    const semMarca = { ...deles, estornoId: null };
    expect(interpretar([nosso], [semMarca])).toEqual([{ type: 'ADOTAR', noProvedor: semMarca }]);
    expect(interpretar([nosso], [{ ...semMarca, situacao: 'FALHOU' }])).toEqual([]);
  });

  it.each(['CONCLUIDO', 'BAIXADO'] as const)('com a nossa marca, mas já %s sem provedor, é adotado', (estado) => {
    expect(interpretar([{ ...nosso, estado }], [deles])).toEqual([{ type: 'ADOTAR', noProvedor: deles }]);
  });

  it('já anotado é o nosso, ainda que tenha falhado ou perdido a marca', () => {
    const anotado = { ...nosso, provedorId: 're_1' };
    const falhou = { ...deles, situacao: 'FALHOU', estornoId: null } as const;
    expect(interpretar([anotado], [falhou])).toEqual([{ type: 'ANOTAR', estorno: anotado, noProvedor: falhou }]);
  });

  it('a tentativa que falhou antes não se confunde com a de agora', () => {
    const atual = { ...nosso, provedorId: 're_2' };
    expect(interpretar([atual], [{ ...deles, situacao: 'FALHOU' }])).toEqual([]);
  });

  it('feito duas vezes, o segundo é adotado: o razão conta o que aconteceu', () => {
    const segundo = { ...deles, provedorId: 're_2' };
    expect(interpretar([nosso], [deles, segundo])).toEqual([
      { type: 'ANOTAR', estorno: nosso, noProvedor: deles },
      { type: 'ADOTAR', noProvedor: segundo },
    ]);
  });

  it('nunca resta menos que nada', () => {
    expect([restante(9_000, 4_000, 0), restante(9_000, 4_000, 9_000)]).toEqual([5_000, 0]);
  });
});
