import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  chaveDeIdempotencia,
  type Cobranca,
  desistir,
  type Fato,
  type Intento,
  MAX_INTENTOS,
  observar,
  proximaAcao,
} from './cobranca.js';
import { OutroIntento } from './errors.js';

const aAbrir: Cobranca = {
  id: 'c1',
  reservaId: 'r1',
  parcela: 1,
  finalidade: 'INTEGRAL',
  clienteId: 'u1',
  valorCentavos: 9_000,
  descricao: 'Reserva',
  pagavelAte: '2026-12-01T10:00:00.000Z',
  estado: 'A_ABRIR',
  cancelamentoPedido: false,
  provedorId: null,
  clientSecret: null,
  largados: [],
  metodo: null,
  taxaLancada: false,
  chaveTentativa: 1,
  ultimaRecusa: null,
  contadas: [],
  tentativas: 0,
};
const emAberto: Intento = {
  provedorId: 'pi_1',
  clientSecret: 'segredo',
  valorCentavos: 9_000,
  moeda: 'brl',
  situacao: 'EM_ABERTO',
  capturadoCentavos: 0,
  metodo: null,
  recusa: null,
  emProcessamento: null,
  taxa: null,
};
const recusado = (ref: string): Intento => ({ ...emAberto, recusa: { ref, motivo: 'card_declined' } });
const comQr = (ref: string): Intento => ({
  ...emAberto,
  emProcessamento: { ref, metodo: 'PIX', expiraEm: '2026-12-01T10:00:00.000Z' },
});
const capturado: Intento = { ...emAberto, situacao: 'CAPTURADO', capturadoCentavos: 9_000 };
const taxado: Intento = { ...capturado, metodo: 'CARTAO', taxa: { transacaoId: 'txn_1', centavos: 398 } };
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

  it('cada recusa é contada uma vez, e a mesma vista de novo, em qualquer ordem, nenhuma', () => {
    expect(dada(recusado('ch_1'), recusado('ch_2'), recusado('ch_1'), recusado('ch_2')).fatos).toEqual([
      'ABERTA',
      'RECUSADA',
      'RECUSADA',
    ]);
  });

  it('cada QR do Pix é contado uma vez', () => {
    expect(dada(comQr('pix/1'), comQr('pix/1'), comQr('pix/2'), comQr('pix/1')).fatos).toEqual([
      'ABERTA',
      'EM_PROCESSAMENTO',
      'EM_PROCESSAMENTO',
    ]);
  });

  it('uma recusa ou um cancelamento que chegam atrasados não desfazem a captura', () => {
    expect(dada(capturado, recusado('ch_1'), comQr('pix/1'), cancelado)).toMatchObject({
      cobranca: { estado: 'APROVADA' },
      fatos: ['ABERTA', 'APROVADA'],
    });
  });

  it('o provedor tem a última palavra: a captura vale mesmo depois do cancelamento que a reserva pediu', () => {
    const encerrada = observar({ ...dada(emAberto).cobranca, cancelamentoPedido: true }, cancelado);
    expect(encerrada).toMatchObject({ cobranca: { estado: 'CANCELADA' }, fatos: [{ type: 'CANCELADA' }] });
    expect(observar(encerrada.cobranca, capturado).cobranca.estado).toBe('APROVADA');
  });

  it('a taxa do provedor, conhecida depois da captura, é lançada uma vez', () => {
    expect(dada(capturado, taxado, taxado)).toMatchObject({
      cobranca: { taxaLancada: true, metodo: 'CARTAO' },
      fatos: ['ABERTA', 'APROVADA', 'TAXADA'],
    });
  });

  describe('um intento mexido no painel do provedor', () => {
    it.each([
      ['encerrado', cancelado],
      ['de outro valor', { ...emAberto, valorCentavos: 8_999 }],
      ['de outra moeda', { ...emAberto, moeda: 'usd' }],
      ['capturado por outro valor', { ...capturado, valorCentavos: 8_999, capturadoCentavos: 8_999 }],
      ['capturado em parte', { ...capturado, capturadoCentavos: 8_999 }],
    ])('%s, é largado, e a cobrança pede outro sob outra chave', (_como, intento) => {
      for (const antes of [aAbrir, dada(emAberto).cobranca])
        expect(observar(antes, intento)).toEqual({
          cobranca: { ...aAbrir, chaveTentativa: 2, largados: ['pi_1'] },
          fatos: [],
          largado: 'pi_1',
        });
    });

    it('o que se ouve dele depois, ainda que atrasado e de antes, não é mais desta cobrança', () => {
      const { cobranca } = observar(aAbrir, cancelado);
      expect(() => observar(cobranca, emAberto)).toThrow(OutroIntento);
      const outra = observar(cobranca, { ...emAberto, provedorId: 'pi_2' });
      expect(outra).toMatchObject({ cobranca: { estado: 'ABERTA', provedorId: 'pi_2' }, fatos: [{ type: 'ABERTA' }] });
      expect(() => observar(outra.cobranca, capturado)).toThrow(OutroIntento);
    });

    it('outro valor capturado de uma cobrança que ninguém quer mais não a aprova', () => {
      const cancelada = observar({ ...dada(emAberto).cobranca, cancelamentoPedido: true }, cancelado).cobranca;
      const outro = { ...capturado, valorCentavos: 8_999, capturadoCentavos: 8_999 };
      expect(observar(cancelada, outro)).toMatchObject({
        cobranca: { estado: 'CANCELADA' },
        fatos: [],
        largado: 'pi_1',
      });
    });

    it('quem insiste em encerrá-lo encerra a cobrança', () => {
      let { cobranca, fatos } = { cobranca: aAbrir, fatos: [] as readonly Fato[] };
      for (let i = 1; i <= MAX_INTENTOS; i++) {
        expect(cobranca.estado).toBe('A_ABRIR');
        ({ cobranca, fatos } = observar(cobranca, { ...cancelado, provedorId: `pi_${i}` }));
      }
      expect([cobranca.estado, fatos]).toEqual(['CANCELADA', [{ type: 'CANCELADA' }]]);
    });
  });

  it('não aprende de um intento que não é o seu', () => {
    expect(() => dada(emAberto, { ...capturado, provedorId: 'pi_2' })).toThrow(OutroIntento);
    expect(() => observar(desistir(aAbrir).cobranca, capturado)).toThrow(OutroIntento);
  });

  it('em qualquer ordem e repetição, aprova no máximo uma vez e termina como o provedor', () => {
    const visto = fc.constantFrom(emAberto, recusado('ch_1'), recusado('ch_2'), comQr('pix/1'), capturado, taxado);
    fc.assert(
      fc.property(fc.array(visto, { minLength: 1, maxLength: 15 }), (vistos) => {
        const { cobranca, fatos } = dada(...vistos);
        const pago = vistos.includes(capturado) || vistos.includes(taxado);
        expect(cobranca.estado).toBe(pago ? 'APROVADA' : 'ABERTA');
        expect(fatos.filter((fato) => fato === 'APROVADA')).toHaveLength(pago ? 1 : 0);
        expect(fatos.filter((fato) => fato === 'ABERTA')).toHaveLength(1);
        expect(fatos.filter((fato) => fato === 'TAXADA')).toHaveLength(vistos.includes(taxado) ? 1 : 0);
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
    ['CONSULTAR', { ...aAbrir, estado: 'APROVADA', cancelamentoPedido: true }],
    ['NENHUMA', { ...aAbrir, estado: 'APROVADA', taxaLancada: true }],
    ['NENHUMA', { ...aAbrir, estado: 'CANCELADA' }],
  ] as const)('a próxima ação é %s', (acao, cobranca) => {
    expect(proximaAcao(cobranca)).toBe(acao);
  });

  it('a que nunca foi pedida ao provedor é cancelada sem ele', () => {
    expect(desistir(aAbrir)).toEqual({ cobranca: { ...aAbrir, estado: 'CANCELADA' }, fatos: [{ type: 'CANCELADA' }] });
  });

  it('a chave de idempotência diz a reserva, a parcela que não é a primeira e a tentativa', () => {
    expect(chaveDeIdempotencia({ ...aAbrir, chaveTentativa: 2 })).toBe('reserva-r1-2');
    expect(chaveDeIdempotencia({ ...aAbrir, parcela: 3 })).toBe('reserva-r1-p3-1');
  });
});
