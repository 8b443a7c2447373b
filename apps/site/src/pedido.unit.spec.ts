import { describe, expect, it } from '@jest/globals';
import { Recusa } from '@plataforma/contracts/cliente';
import { comChave, comChaves } from './pedido.js';

const sumiu = new TypeError('Failed to fetch');
const negado = new Recusa(409, { status: 409, code: 'reservas.espaco-indisponivel', title: 'Já não está livre' });

/** Answers as it is told to, in order, and remembers what it was asked. */
function casa(...respostas: ('feito' | Error)[]) {
  const pedidos: { chave: string; corpo: unknown }[] = [];
  return {
    pedidos,
    pedir: ({ corpo, cabecalhos }: { corpo: unknown; cabecalhos: { 'idempotency-key': string } }) => {
      pedidos.push({ chave: cabecalhos['idempotency-key'], corpo });
      const resposta = respostas.shift() ?? 'feito';
      return resposta === 'feito' ? Promise.resolve(corpo) : Promise.reject(resposta);
    },
  };
}

describe('O que se pede com chave', () => {
  it('sem resposta, é pedido de novo como foi, ainda que a cotação seja já outra', async () => {
    const { pedidos, pedir } = casa(sumiu);
    const o = { sala: 1 };
    await expect(comChave(o, { ...o, cotacaoId: 'a' }, pedir)).rejects.toBe(sumiu);
    await comChave(o, { ...o, cotacaoId: 'b' }, pedir);
    await comChave(o, { ...o, cotacaoId: 'c' }, pedir);
    const [primeiro, repetido, outro] = pedidos;
    expect(repetido).toEqual(primeiro);
    expect(outro?.chave).not.toBe(primeiro?.chave);
    expect(outro?.corpo).toMatchObject({ cotacaoId: 'c' });
  });

  it('recusado de vez, é outro da próxima', async () => {
    const { pedidos, pedir } = casa(negado);
    await expect(comChave({ sala: 2 }, {}, pedir)).rejects.toBe(negado);
    await comChave({ sala: 2 }, {}, pedir);
    expect(pedidos[1]?.chave).not.toBe(pedidos[0]?.chave);
  });

  it.each([
    ['sem resposta', sumiu, true],
    ['recusado', negado, false],
  ])('de vários, o que já se fez não se faz outra vez quando um ficou %s', async (_, falha, mesmaChave) => {
    const { pedidos, pedir } = casa('feito', falha);
    const serie = (parte: number) => ({ o: { falha: falha.message, parte }, corpo: { parte } });
    const ambas = [serie(1), serie(2)];
    await expect(comChaves(ambas, pedir)).rejects.toBe(falha);
    expect(await comChaves(ambas, pedir)).toEqual([{ parte: 1 }, { parte: 2 }]);
    await comChaves(ambas, pedir);
    const chaves = pedidos.map(({ chave }) => chave);
    expect(chaves[2]).toBe(chaves[0]);
    expect(chaves[3] === chaves[1]).toBe(mesmaChave);
    expect(chaves[4]).not.toBe(chaves[0]);
  });
});
