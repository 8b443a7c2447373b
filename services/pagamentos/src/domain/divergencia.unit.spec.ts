import { describe, expect, it } from '@jest/globals';
import { compararComReserva, type ContaDaReserva } from './divergencia.js';

const paga: ContaDaReserva = {
  situacao: 'CONFIRMADA',
  pagoCentavos: 9_000,
  capturadoCentavos: 9_000,
  devolvidoPelaReservaCentavos: 0,
  devolvidoCentavos: 0,
};
const cancelada: ContaDaReserva = { ...paga, situacao: 'CANCELADA', pagoCentavos: 0 };

describe('reserva e razão', () => {
  it.each([
    ['paga e confirmada', paga],
    ['confirmada, com um estorno à mão', { ...paga, devolvidoCentavos: 9_000 }],
    ['pendente, ainda que paga', { ...paga, situacao: 'PENDENTE', pagoCentavos: 0 }],
    ['cancelada e devolvida', { ...cancelada, devolvidoCentavos: 9_000, devolvidoPelaReservaCentavos: 9_000 }],
    ['cancelada, com a multa retida', { ...cancelada, pagoCentavos: 4_500, devolvidoCentavos: 4_500 }],
  ] as const)('concordam quando está %s', (_quando, conta) => {
    expect(compararComReserva(conta)).toBeUndefined();
  });

  it.each([
    ['reserva-sem-dinheiro', { ...paga, capturadoCentavos: 0 }],
    ['reserva-sem-dinheiro', { ...paga, devolvidoPelaReservaCentavos: 1, devolvidoCentavos: 1 }],
    ['dinheiro-sem-reserva', cancelada],
    ['dinheiro-sem-reserva', { ...cancelada, pagoCentavos: 4_500, devolvidoCentavos: 4_499 }],
  ] as const)('divergem: %s', (tipo, conta) => {
    expect(compararComReserva(conta)).toBe(tipo);
  });
});
