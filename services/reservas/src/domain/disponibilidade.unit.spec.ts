import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { horariosPossiveis, intervalosLivres, recortar, subtrair, unir } from './disponibilidade.js';
import { type Intervalo, MINUTO_MS } from './periodo-reserva.js';

/** Intervals in whole minutes, so that an oracle can look at every minute. */
const HORIZONTE = 120;
const intervalo = fc
  .tuple(fc.integer({ min: 0, max: HORIZONTE }), fc.integer({ min: 1, max: 40 }))
  .map(([inicio, duracao]) => ({ inicio: inicio * MINUTO_MS, fim: Math.min(inicio + duracao, HORIZONTE) * MINUTO_MS }))
  .filter(({ inicio, fim }) => inicio < fim);
const intervalos = fc.array(intervalo, { maxLength: 6 });
const contem = (lista: readonly Intervalo[], minuto: number) =>
  lista.some(({ inicio, fim }) => inicio <= minuto * MINUTO_MS && (minuto + 1) * MINUTO_MS <= fim);
const cadaMinuto = Array.from({ length: HORIZONTE }, (_, minuto) => minuto);

describe('disponibilidade, minuto a minuto contra um oráculo', () => {
  it('unir cobre os mesmos minutos, em ordem e sem se tocar', () => {
    fc.assert(
      fc.property(intervalos, (lista) => {
        const unidos = unir(lista);
        for (const minuto of cadaMinuto) expect(contem(unidos, minuto)).toBe(contem(lista, minuto));
        for (const [i, { fim }] of unidos.entries()) expect(fim).toBeLessThan(unidos[i + 1]?.inicio ?? Infinity);
      }),
    );
  });

  it('subtrair deixa o que está aberto e não ocupado', () => {
    fc.assert(
      fc.property(intervalos, intervalos, (abertos, ocupados) => {
        const livres = subtrair(abertos, ocupados);
        for (const minuto of cadaMinuto)
          expect(contem(livres, minuto)).toBe(contem(abertos, minuto) && !contem(ocupados, minuto));
      }),
    );
  });

  it.each(['UMA', 'TODAS'] as const)(
    'cabe num intervalo livre exatamente o que cabe em %s das unidades, com as folgas',
    (ocupa) => {
      const unidades = fc.array(intervalos, { minLength: 1, maxLength: 3 });
      const folga = fc.integer({ min: 0, max: 5 });
      const pedido = fc.tuple(fc.integer({ min: 0, max: HORIZONTE - 1 }), fc.integer({ min: 1, max: 30 }));
      fc.assert(
        fc.property(intervalos, unidades, folga, folga, pedido, (abertos, ocupadas, antes, depois, [de, duracao]) => {
          const regras = { ocupa, folgaAntesMinutos: antes, folgaDepoisMinutos: depois };
          const [inicio, fim] = [de * MINUTO_MS, (de + duracao) * MINUTO_MS];
          const livre = intervalosLivres(abertos, ocupadas, regras).some((i) => i.inicio <= inicio && fim <= i.fim);
          const aberta = unir(abertos).some((i) => i.inicio <= inicio && fim <= i.fim);
          const conflita = (ocupados: readonly Intervalo[]) =>
            ocupados.some((o) => o.inicio < fim + depois * MINUTO_MS && inicio - antes * MINUTO_MS < o.fim);
          const serve = ocupa === 'UMA' ? ocupadas.some((o) => !conflita(o)) : !ocupadas.some(conflita);
          expect(livre).toBe(aberta && serve);
        }),
        { numRuns: 500 },
      );
    },
  );

  it('de unidades iguais não lista o intervalo que já está dentro de outro', () => {
    const regras = { ocupa: 'UMA', folgaAntesMinutos: 0, folgaDepoisMinutos: 0 } as const;
    const abertos = [{ inicio: 0, fim: 60 }];
    expect(intervalosLivres(abertos, [[{ inicio: 10, fim: 20 }], [{ inicio: 30, fim: 60 }]], regras)).toEqual([
      { inicio: 0, fim: 30 },
      { inicio: 20, fim: 60 },
    ]);
  });

  it('os inícios seguem a grade a partir da abertura e não estão no passado', () => {
    const abertos = [{ inicio: 0, fim: 60 * MINUTO_MS }];
    const livres = [{ inicio: 15 * MINUTO_MS, fim: 60 * MINUTO_MS }];
    const minutos = horariosPossiveis(abertos, livres, {
      passoMinutos: 10,
      fimDe: (inicio) => inicio + 20 * MINUTO_MS,
      permitidos: { inicio: 25 * MINUTO_MS, fim: Infinity },
      limite: Infinity,
    }).map(({ inicio }) => inicio / MINUTO_MS);
    expect(minutos).toEqual([30, 40]);
  });

  it('recortar guarda só o que está na janela', () => {
    expect(
      recortar(
        [
          { inicio: 0, fim: 10 },
          { inicio: 20, fim: 30 },
        ],
        { inicio: 5, fim: 20 },
      ),
    ).toEqual([{ inicio: 5, fim: 10 }]);
  });
});
