import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Cobranca, desistir, type Fato, type Intento, observar, proximaAcao } from './cobranca.js';
import { ValorDiferente } from './errors.js';
import { captura, estorno } from './lancamento.js';

const aAbrir: Cobranca = {
  id: 'c1',
  reservaId: 'r1',
  clienteId: 'u1',
  valorCentavos: 9_000,
  descricao: 'Reserva',
  estado: 'A_ABRIR',
  cancelamentoPedido: false,
  provedorId: null,
  clientSecret: null,
  chaveTentativa: 1,
  ultimaRecusa: null,
  ultimaRecusaRef: null,
  tentativas: 0,
};
const emAberto: Intento = {
  provedorId: 'pi_1',
  clientSecret: 'segredo',
  situacao: 'EM_ABERTO',
  capturadoCentavos: 0,
  recusa: null,
};
const recusado = (ref: string): Intento => ({ ...emAberto, recusa: { ref, motivo: 'card_declined' } });
const capturado: Intento = { ...emAberto, situacao: 'CAPTURADO', capturadoCentavos: 9_000 };
const cancelado: Intento = { ...emAberto, situacao: 'CANCELADO' };

/** Given what was seen of the provider, the charge and everything that became known. */
function dada(...vistos: Intento[]) {
  return vistos.reduce<{ cobranca: Cobranca; fatos: Fato['type'][] }>(
    ({ cobranca, fatos }, intento) => {
      const depois = observar(cobranca, intento);
      return { cobranca: depois.cobranca, fatos: [...fatos, ...depois.fatos.map(({ type }) => type)] };
    },
    { cobranca: aAbrir, fatos: [] },
  );
}

describe('cobrança', () => {
  it('vista pela primeira vez, está aberta', () => {
    expect(dada(emAberto)).toMatchObject({
      cobranca: { estado: 'ABERTA', provedorId: 'pi_1', clientSecret: 'segredo' },
      fatos: ['ABERTA'],
    });
  });

  it('capturada antes mesmo de ser anotada como aberta, conta as duas coisas', () => {
    expect(dada(capturado)).toMatchObject({ cobranca: { estado: 'APROVADA' }, fatos: ['ABERTA', 'APROVADA'] });
  });

  it('cada recusa é contada uma vez, e a mesma recusa vista de novo, nenhuma', () => {
    expect(dada(recusado('ch_1'), recusado('ch_1'), recusado('ch_2')).fatos).toEqual([
      'ABERTA',
      'RECUSADA',
      'RECUSADA',
    ]);
  });

  it('uma recusa ou um cancelamento que chegam atrasados não desfazem a captura', () => {
    expect(dada(capturado, recusado('ch_1'), cancelado)).toMatchObject({
      cobranca: { estado: 'APROVADA' },
      fatos: ['ABERTA', 'APROVADA'],
    });
  });

  it('o provedor tem a última palavra: a captura vale mesmo depois de um cancelamento', () => {
    expect(dada(cancelado, capturado).cobranca.estado).toBe('APROVADA');
  });

  it('outro valor que não o pedido não se aceita calado', () => {
    expect(() => dada({ ...capturado, capturadoCentavos: 8_999 })).toThrow(ValorDiferente);
  });

  it('em qualquer ordem e repetição, aprova no máximo uma vez e termina como o provedor', () => {
    const visto = fc.constantFrom(emAberto, recusado('ch_1'), recusado('ch_2'), capturado);
    fc.assert(
      fc.property(fc.array(visto, { minLength: 1, maxLength: 15 }), (vistos) => {
        const { cobranca, fatos } = dada(...vistos);
        const pago = vistos.includes(capturado);
        expect(cobranca.estado).toBe(pago ? 'APROVADA' : 'ABERTA');
        expect(fatos.filter((fato) => fato === 'APROVADA')).toHaveLength(pago ? 1 : 0);
        expect(fatos.filter((fato) => fato === 'ABERTA')).toHaveLength(1);
      }),
    );
  });

  it.each([
    ['ABRIR', aAbrir],
    ['DESISTIR', { ...aAbrir, cancelamentoPedido: true }],
    // It was asked of the provider once: whether it exists there must be found out before it can be given up.
    ['ABRIR', { ...aAbrir, cancelamentoPedido: true, tentativas: 1 }],
    ['CONSULTAR', { ...aAbrir, estado: 'ABERTA' }],
    ['CANCELAR', { ...aAbrir, estado: 'ABERTA', cancelamentoPedido: true }],
    ['NENHUMA', { ...aAbrir, estado: 'APROVADA', cancelamentoPedido: true }],
    ['NENHUMA', { ...aAbrir, estado: 'CANCELADA' }],
  ] as const)('a próxima ação é %s', (acao, cobranca) => {
    expect(proximaAcao(cobranca)).toBe(acao);
  });

  it('a que nunca foi pedida ao provedor é cancelada sem ele', () => {
    expect(desistir(aAbrir)).toEqual({ cobranca: { ...aAbrir, estado: 'CANCELADA' }, fatos: [{ type: 'CANCELADA' }] });
  });
});

describe('razão', () => {
  it('todo movimento soma zero, e o estorno desfaz a captura', () => {
    const soma = (movimentos: ReturnType<typeof captura>[], conta?: string) =>
      movimentos
        .flatMap(({ lancamentos }) => lancamentos)
        .filter((lancamento) => conta === undefined || lancamento.conta === conta)
        .reduce((total, { valorCentavos }) => total + valorCentavos, 0);
    expect(soma([captura('pi_1', 9_000)])).toBe(0);
    expect(soma([captura('pi_1', 9_000), estorno('re_1', 4_000)], 'CLIENTE')).toBe(-5_000);
    expect(soma([captura('pi_1', 9_000), estorno('re_1', 9_000)], 'PROVEDOR')).toBe(0);
  });
});
