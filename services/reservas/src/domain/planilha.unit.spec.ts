import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PlanilhaIlegivel } from './errors.js';
import { centavosLidos, lerPlanilha, relogioLido } from './planilha.js';

const limites = { conhecidas: ['a', 'b'], exigidas: ['a'], maximo: 3 };
const campos = (texto: string) => lerPlanilha(texto, limites).map((linha) => [linha.linha, linha.campos]);

describe('uma planilha', () => {
  it('lê-se com vírgula ou ponto e vírgula, com marca no começo, aspas, linhas vazias e qualquer fim de linha', () => {
    expect(campos('\uFEFFA;b\r\n1;"x ""y"";\nz"\r\n\r\n2;\n')).toEqual([
      [2, { a: '1', b: 'x "y";\nz' }],
      [5, { a: '2', b: '' }],
    ]);
    expect(campos('b,a\n,1')).toEqual([[2, { b: '', a: '1' }]]);
  });

  it('perde o apóstrofo que desarma uma fórmula, e só esse', () => {
    expect(campos("a\n'=1+1\n'não")).toEqual([
      [2, { a: '=1+1' }],
      [3, { a: "'não" }],
    ]);
  });

  it.each([
    ['sem nada', '', /vazio/],
    ['com uma coluna estranha', 'a,c\n1,2', /"c"/],
    ['com uma coluna duas vezes', 'a,a\n1,2', /duas vezes/],
    ['sem a que é preciso', 'b\n1', /"a"/],
    ['com aspas abertas', 'a\n"1', /aspas da linha 2/],
    ['com valores demais', 'a\n1,2', /linha 2/],
    ['com linhas demais', 'a\n1\n2\n3\n4', /3 linhas/],
  ])('%s se recusa', (_, texto, porque) => {
    expect(() => lerPlanilha(texto, limites)).toThrow(PlanilhaIlegivel);
    expect(() => lerPlanilha(texto, limites)).toThrow(porque);
  });

  it('devolve o que outro programa escreveu, seja o que for', () => {
    const aspas = (valor: string) => `"${valor.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), (a, b) => {
        const esperado = [a, b].map((valor) => valor.trim().replace(/^'(?=[=+\-@\t\r])/, ''));
        expect(campos(`a,b\r\n${aspas(a)},${aspas(b)}\r\n`).at(0)?.[1]).toEqual({ a: esperado[0], b: esperado[1] });
      }),
    );
  });
});

describe('o que está numa célula', () => {
  it.each([
    ['90', 9_000],
    ['90,5', 9_050],
    ['1.234,50', 123_450],
    ['1234.56', 123_456],
    ['-1', undefined],
    ['R$ 9', undefined],
  ])('%s são centavos', (texto, centavos) => expect(centavosLidos(texto)).toBe(centavos));

  it.each([
    ['2026-12-01 10:30', '2026-12-01T10:30'],
    ['2026-12-01T10:30', '2026-12-01T10:30'],
    ['01/12/2026 10:30', '2026-12-01T10:30'],
    ['30/02/2026 10:30', undefined],
    ['2026-12-01', undefined],
    ['2026-12-01 24:00', undefined],
  ])('%s é uma hora de parede', (texto, lido) =>
    expect(relogioLido(texto)).toBe(lido === undefined ? undefined : Date.parse(`${lido}Z`)),
  );
});
