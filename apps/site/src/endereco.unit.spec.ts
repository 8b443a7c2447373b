import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lerBusca, lerPeriodo, lerVolta, semRastroDePagamento } from './endereco.js';

describe('o que um endereço pede', () => {
  it('lê os filtros que valem e passa por cima dos outros', () => {
    expect(
      lerBusca({ cidade: ' Manaus ', tipo: 'SALA', pessoas: '8', preco: -1, dia: '2026-02-30', hora: '25:00', x: 1 }),
    ).toEqual({ cidade: 'Manaus', tipo: 'SALA', pessoas: 8 });
    expect(lerPeriodo({ inicio: '2026-12-01T13:00:00.000Z', minutos: 90, dia: '2026-12-01' })).toEqual({
      inicio: '2026-12-01T13:00:00.000Z',
      minutos: 90,
      dia: '2026-12-01',
    });
  });

  it('o que quer que se escreva nele, lê-se sem falhar, e o que se leu se lê de novo igual', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('texto', 'pessoas', 'dia', 'recursos', 'tipo'), fc.anything()),
        (consulta) => {
          const lida = lerBusca(consulta);
          expect(lerBusca(lida)).toEqual(lida);
        },
      ),
    );
  });

  it.each([
    ['/reservas/1?x=2', '/reservas/1?x=2'],
    ['//outro.example/', undefined],
    ['/\\outro.example', undefined],
    ['https://outro.example/', undefined],
    ['javascript:alert(1)', undefined],
  ])('depois de entrar em %s se volta a %s', (volta, aonde) => {
    expect(lerVolta({ volta }).volta).toBe(aonde);
  });

  it('larga o que a Stripe põe no endereço na volta, e só isso', () => {
    expect(
      semRastroDePagamento(
        '?payment_intent=pi_1&payment_intent_client_secret=pi_1_s&redirect_status=ok&source_type=card',
      ),
    ).toBe('');
    expect(semRastroDePagamento('?dia=2026-12-01&setup_intent=x&redirect_status=ok')).toBe('?dia=2026-12-01');
    expect(semRastroDePagamento('?a=%C3%A9+1')).toBe('?a=%C3%A9+1');
  });
});
