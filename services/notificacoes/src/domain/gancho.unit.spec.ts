import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  AVISO_DEPOIS_DE_MS,
  cuidadoCom,
  DESATIVA_DEPOIS_DO_AVISO_MS,
  ESPERAS_MS,
  esperaDepoisDe,
  type Falhando,
} from './gancho.js';

const DIA_MS = 86_400_000;

/** A receiver that refuses everything, by a clock of its own: when each try comes, ms after the first. */
function tentativas(acaso: () => number, pedidaMs = 0): number[] {
  const quando = [0];
  for (;;) {
    const espera = esperaDepoisDe(quando.length, acaso(), quando.at(-1) ?? 0, pedidaMs);
    if (espera === undefined) return quando;
    quando.push((quando.at(-1) ?? 0) + espera);
  }
}

describe('A entrega que falha', () => {
  it('é tentada de novo depois de 5 s, 1 min, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h e 20 h, e não mais', () => {
    expect(tentativas(() => 0.5).map((ms) => ms / 1_000)).toEqual([
      0, 5, 65, 365, 2_165, 9_365, 27_365, 63_365, 113_765, 185_765, 257_765,
    ]);
  });

  it('dura três dias, qualquer que seja o acaso', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 10, maxLength: 10 }), (acasos) => {
        const quando = tentativas(() => acasos.pop() ?? 0);
        expect(quando).toHaveLength(ESPERAS_MS.length + 1);
        expect((quando.at(-1) ?? 0) / DIA_MS).toBeGreaterThan(2.6);
        expect((quando.at(-1) ?? 0) / DIA_MS).toBeLessThanOrEqual(3);
      }),
    );
  });

  it('espera o que o destino pede, até um dia', () => {
    expect(esperaDepoisDe(1, 0.5, 0, 90_000)).toBe(90_000);
    expect(esperaDepoisDe(5, 0.5, 0, 90_000)).toBe(ESPERAS_MS[4]);
    expect(esperaDepoisDe(1, 0.5, 0, 365 * DIA_MS)).toBe(DIA_MS);
  });

  it('não dura mais de três dias, ainda que o destino peça um dia de cada vez', () => {
    expect(tentativas(() => 0.5, DIA_MS)).toEqual([0, DIA_MS, 2 * DIA_MS, 3 * DIA_MS]);
  });
});

describe('O gancho que não aceita nada', () => {
  /** Tries by a clock, and when each thing was done about it, ms after the first failure. */
  function historia(quando: readonly number[]) {
    const feito: [string, number][] = [];
    let falhando: Falhando = { desde: new Date(0), avisadoEm: null };
    for (const ms of quando) {
      const cuidado = cuidadoCom(falhando, new Date(ms));
      if (cuidado === 'NADA') continue;
      feito.push([cuidado, ms]);
      if (cuidado === 'DESATIVAR') break;
      falhando = { ...falhando, avisadoEm: new Date(ms) };
    }
    return feito;
  }

  it('é dado por em risco depois de um dia, e desativado dois dias depois disso', () => {
    const [aviso, fim] = historia(Array.from({ length: 100 }, (_, hora) => hora * 3_600_000));
    expect([aviso, fim]).toEqual([
      ['AVISAR', DIA_MS],
      ['DESATIVAR', 3 * DIA_MS],
    ]);
  });

  it('nunca é desativado sem aviso, nem logo depois dele, por mais raras que sejam as tentativas', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 * DIA_MS }), { minLength: 1, maxLength: 40 }), (momentos) => {
        const feito = historia(momentos.toSorted((a, b) => a - b));
        const fim = feito.findIndex(([cuidado]) => cuidado === 'DESATIVAR');
        if (fim < 0) return;
        expect(feito[fim - 1]?.[0]).toBe('AVISAR');
        expect((feito[fim]?.[1] ?? 0) - (feito[fim - 1]?.[1] ?? 0)).toBeGreaterThanOrEqual(DESATIVA_DEPOIS_DO_AVISO_MS);
        expect(feito[fim - 1]?.[1]).toBeGreaterThanOrEqual(AVISO_DEPOIS_DE_MS);
      }),
    );
  });
});
