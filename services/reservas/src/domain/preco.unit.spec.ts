import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { descontar } from './cupom.js';
import { HORA_MS, MINUTO_MS } from './periodo-reserva.js';
import { type Fatia, linhasDaEstada, orcar, type RegraDePreco, regraVale, type TabelaDePreco } from './preco.js';

const TABELA: TabelaDePreco = {
  unidadeDuracao: 'MINUTO',
  precoDiaCentavos: null,
  precoHoraCentavos: 10_000,
  regrasDePreco: [],
  precoMinimoCentavos: 0,
  sinalPercentual: null,
  saldoHorasAntes: 48,
};
const AGORA = Date.parse('2026-11-22T12:00:00Z');
const DAQUI_A_DEZ_DIAS = { inicio: AGORA + 240 * HORA_MS, agora: AGORA };

/** Sexta-feira, 27 de novembro de 2026. */
const sexta = (hora: string) => ({ data: '2026-11-27', vespera: '2026-11-26', diaSemana: 5, hora });
const sabado = (hora: string) => ({ data: '2026-11-28', vespera: '2026-11-27', diaSemana: 6, hora });
const segunda = (hora: string) => ({ data: '2026-11-30', vespera: '2026-11-29', diaSemana: 1, hora });
const minutos = (quantos: number, relogio = sexta('10:00')): Fatia => ({ duracaoMs: quantos * MINUTO_MS, relogio });
const pico = (percentual: number, resto: Partial<RegraDePreco> = {}): RegraDePreco => ({
  tipo: 'PICO',
  descricao: 'Horário de pico',
  percentual,
  ...resto,
});
const cupom = (desconto: Parameters<typeof descontar>[0]['desconto'], valorMinimoCentavos = 0) => ({
  id: 'c',
  codigo: 'BEMVINDO',
  ativo: true,
  desconto,
  vigenteDe: null,
  vigenteAte: null,
  limiteTotal: null,
  limitePorPessoa: null,
  espacos: null,
  tipos: null,
  valorMinimoCentavos,
});
const valores = (linhas: readonly { tipo: string; valorCentavos: number }[]) =>
  linhas.map(({ tipo, valorCentavos }) => [tipo, valorCentavos]);

describe('quando uma regra vale', () => {
  it.each([
    ['sem restrição, sempre', pico(10), sexta('03:00'), true],
    ['no dia da semana', pico(10, { diasSemana: [6, 7] }), sabado('03:00'), true],
    ['não noutro dia da semana', pico(10, { diasSemana: [6, 7] }), sexta('23:59'), false],
    ['desde a hora em que começa', pico(10, { de: '18:00', ate: '22:00' }), sexta('18:00'), true],
    ['até antes da hora em que termina', pico(10, { de: '18:00', ate: '22:00' }), sexta('22:00'), false],
    ['só com o fim, desde a meia-noite', pico(10, { ate: '06:00' }), sexta('05:59'), true],
    ['só com o início, até a meia-noite', pico(10, { de: '22:00' }), sexta('21:59'), false],
    ['na primeira e na última data', pico(10, { dataDe: '2026-11-27', dataAte: '2026-11-27' }), sexta('00:00'), true],
    ['não depois da última data', pico(10, { dataAte: '2026-11-27' }), sabado('00:00'), false],
    [
      'depois da meia-noite pertence à véspera',
      pico(10, { diasSemana: [5], de: '22:00', ate: '02:00' }),
      sabado('01:59'),
      true,
    ],
    [
      'a madrugada do próprio dia é da véspera, não dele',
      pico(10, { diasSemana: [5], de: '22:00', ate: '02:00' }),
      sexta('01:59'),
      false,
    ],
    [
      'a véspera de segunda é domingo',
      pico(10, { diasSemana: [7], de: '22:00', ate: '02:00' }),
      segunda('00:00'),
      true,
    ],
    [
      'a última data vai até a madrugada seguinte',
      pico(10, { dataAte: '2026-11-27', de: '22:00', ate: '02:00' }),
      sabado('01:00'),
      true,
    ],
    ['do mesmo minuto ao mesmo minuto, o dia inteiro', pico(10, { de: '00:00', ate: '00:00' }), sexta('12:00'), true],
  ])('%s', (_nome, regra, relogio, esperado) => {
    expect(regraVale(regra, relogio)).toBe(esperado);
  });
});

describe('preço de uma estada', () => {
  it('é por hora, ao minuto, arredondado para cima uma vez só', () => {
    expect(valores(linhasDaEstada({ ...TABELA, precoHoraCentavos: 1_000 }, [minutos(50)]))).toEqual([['BASE', 834]]);
  });

  it('as regras que valem somam os seus percentuais sobre a base', () => {
    const regrasDePreco = [pico(50), { ...pico(20), tipo: 'TEMPORADA' as const }, pico(-10)];
    const { linhas, totalCentavos } = orcar({ ...TABELA, regrasDePreco }, [minutos(60)], DAQUI_A_DEZ_DIAS);
    expect(valores(linhas)).toEqual([
      ['BASE', 10_000],
      ['PICO', 5_000],
      ['TEMPORADA', 2_000],
      ['PICO', -1_000],
    ]);
    expect(totalCentavos).toBe(16_000);
  });

  it('a regra só pesa nos minutos em que vale', () => {
    const regrasDePreco = [pico(100, { diasSemana: [6] })];
    const linhas = linhasDaEstada({ ...TABELA, regrasDePreco }, [minutos(30), minutos(30, sabado('00:00'))]);
    expect(valores(linhas)).toEqual([
      ['BASE', 10_000],
      ['PICO', 5_000],
    ]);
  });

  it('descontos que somam mais que tudo não tornam um minuto negativo, nem barateiam os outros', () => {
    const regrasDePreco = [pico(-80, { diasSemana: [5] }), pico(-80, { diasSemana: [5] })];
    const tabela = { ...TABELA, regrasDePreco };
    expect(orcar(tabela, [minutos(60)], DAQUI_A_DEZ_DIAS).totalCentavos).toBe(0);
    expect(orcar(tabela, [minutos(60), minutos(60, sabado('00:00'))], DAQUI_A_DEZ_DIAS).totalCentavos).toBe(10_000);
  });

  it('um desconto de tudo é de graça, também quando a base se arredonda', () => {
    const tabela = { ...TABELA, precoHoraCentavos: 1_000, regrasDePreco: [pico(-100)] };
    expect(orcar(tabela, [minutos(50)], DAQUI_A_DEZ_DIAS).totalCentavos).toBe(0);
  });

  it('abaixo do mínimo, completa-se o mínimo; o cupom vem depois', () => {
    const tabela = { ...TABELA, precoMinimoCentavos: 15_000 };
    const { linhas } = orcar(tabela, [minutos(60)], DAQUI_A_DEZ_DIAS, (subtotal) =>
      descontar(cupom({ tipo: 'PERCENTUAL', percentual: 10 }), subtotal),
    );
    expect(valores(linhas)).toEqual([
      ['BASE', 10_000],
      ['MINIMO', 5_000],
      ['CUPOM', -1_500],
    ]);
  });

  it('um cupom maior que o preço o zera, e zero continua zero', () => {
    const { linhas, totalCentavos } = orcar(TABELA, [minutos(60)], DAQUI_A_DEZ_DIAS, (subtotal) =>
      descontar(cupom({ tipo: 'VALOR', valorCentavos: 99_999 }), subtotal),
    );
    expect(valores(linhas)).toEqual([
      ['BASE', 10_000],
      ['CUPOM', -10_000],
    ]);
    expect(totalCentavos).toBe(0);
  });

  it.each([
    [9_999, 1, 50],
    [9_951, 49, 50],
    [9_950, 50, 50],
    [9_949, 51, 51],
  ])('desconto de %i deixa %i centavos, cobrados %i', (valorCentavos, resto, total) => {
    const orcamento = orcar(TABELA, [minutos(60)], DAQUI_A_DEZ_DIAS, (subtotal) =>
      descontar(cupom({ tipo: 'VALOR', valorCentavos }), subtotal),
    );
    expect(orcamento.totalCentavos).toBe(total);
    const arredondamento = orcamento.linhas.find(({ tipo }) => tipo === 'ARREDONDAMENTO');
    expect(arredondamento?.valorCentavos).toBe(total === resto ? undefined : total - resto);
  });

  it('o cupom recusa a estada que custa menos do que ele exige', () => {
    const exigente = cupom({ tipo: 'PERCENTUAL', percentual: 10 }, 10_001);
    expect(() => orcar(TABELA, [minutos(60)], DAQUI_A_DEZ_DIAS, (subtotal) => descontar(exigente, subtotal))).toThrow(
      expect.objectContaining({ code: 'reservas.cupom-nao-se-aplica' }),
    );
  });

  it('recusa o que passa do que se pode cobrar', () => {
    const tabela = { ...TABELA, precoHoraCentavos: 99_999_999 };
    expect(orcar(tabela, [minutos(60)], DAQUI_A_DEZ_DIAS).totalCentavos).toBe(99_999_999);
    expect(() => orcar(tabela, [minutos(61)], DAQUI_A_DEZ_DIAS)).toThrow(
      expect.objectContaining({ code: 'reservas.preco-acima-do-limite' }),
    );
  });

  it('as linhas somam o total, que nunca é negativo nem fica entre 1 e 49 centavos', () => {
    const regra = fc
      .record({ percentual: fc.integer({ min: -200, max: 300 }), diaSemana: fc.integer({ min: 5, max: 7 }) })
      .map(({ percentual, diaSemana }) => pico(percentual, { diasSemana: [diaSemana] }));
    const fatia = fc
      .record({ quantos: fc.integer({ min: 1, max: 2_000 }), doSabado: fc.boolean() })
      .map(({ quantos, doSabado }) => minutos(quantos, doSabado ? sabado('10:00') : sexta('10:00')));
    const desconto = fc.oneof(
      fc.integer({ min: 1, max: 100 }).map((percentual) => ({ tipo: 'PERCENTUAL' as const, percentual })),
      fc.integer({ min: 1, max: 1_000_000 }).map((valorCentavos) => ({ tipo: 'VALOR' as const, valorCentavos })),
    );
    fc.assert(
      fc.property(
        // Cinco vezes 2.000 minutos com cinco regras de 300 % ainda cabem no que se pode cobrar.
        fc.integer({ min: 0, max: 30_000 }),
        fc.array(regra, { maxLength: 5 }),
        fc.array(fatia, { minLength: 1, maxLength: 5 }),
        fc.option(desconto),
        fc.integer({ min: 0, max: 20_000 }),
        fc.option(fc.integer({ min: 1, max: 99 })),
        (precoHoraCentavos, regrasDePreco, fatias, comDesconto, precoMinimoCentavos, sinalPercentual) => {
          const tabela = { ...TABELA, precoHoraCentavos, regrasDePreco, precoMinimoCentavos, sinalPercentual };
          const { linhas, totalCentavos, sinal } = orcar(
            tabela,
            fatias,
            DAQUI_A_DEZ_DIAS,
            comDesconto ? (subtotal) => descontar(cupom(comDesconto), subtotal) : undefined,
          );
          expect(linhas.reduce((soma, { valorCentavos }) => soma + valorCentavos, 0)).toBe(totalCentavos);
          expect(linhas.every(({ valorCentavos }) => Number.isSafeInteger(valorCentavos))).toBe(true);
          expect(totalCentavos === 0 || totalCentavos >= 50).toBe(true);
          if (sinal) {
            expect(sinal.sinalCentavos).toBeGreaterThanOrEqual(50);
            expect(totalCentavos - sinal.sinalCentavos).toBeGreaterThanOrEqual(50);
          }
        },
      ),
    );
  });
});

describe('sinal', () => {
  const tabela = { ...TABELA, sinalPercentual: 30, saldoHorasAntes: 48 };

  it('paga-se a parte agora e o resto até o prazo antes do início', () => {
    const { sinal } = orcar(tabela, [minutos(60)], DAQUI_A_DEZ_DIAS);
    expect(sinal).toEqual({ sinalCentavos: 3_000, saldoVenceEm: '2026-11-30T12:00:00.000Z' });
  });

  it.each([
    ['um instante antes do prazo ainda se divide', 48 * HORA_MS + 1, 30, 60, true],
    ['no prazo, paga-se tudo', 48 * HORA_MS, 30, 60, false],
    ['um sinal pequeno demais para cobrar', 240 * HORA_MS, 1, 29, false],
    ['um saldo pequeno demais para cobrar', 240 * HORA_MS, 99, 29, false],
  ])('%s', (_nome, antecedenciaMs, sinalPercentual, quantos, divide) => {
    const quando = { inicio: AGORA + antecedenciaMs, agora: AGORA };
    expect(orcar({ ...tabela, sinalPercentual }, [minutos(quantos)], quando).sinal !== null).toBe(divide);
  });
});
