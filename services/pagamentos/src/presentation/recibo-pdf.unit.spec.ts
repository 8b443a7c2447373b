import { expect, it } from '@jest/globals';
import { longestTurn, MAX_TURN_MS } from '@plataforma/testing';
import type { ConteudoDoRecibo } from '../domain/recibo.js';
import { reciboEmPdf } from './recibo-pdf.js';

const ID = '0192f0c4-0000-7000-8000-000000000001';
const reserva = {
  reservaId: ID,
  espacoNome: 'Auditório São João, Łódź, Đà Nẵng & Convenções d’Oeste '.repeat(3).slice(0, 120),
  inicio: '2026-12-01T13:00:00.000Z',
  fim: '2027-01-01T13:00:00.000Z',
  fuso: 'America/Argentina/ComodRivadavia',
};
/** A series charged at once, as long as one can be, of a space with the longest name. */
const maior: ConteudoDoRecibo = {
  versao: 1,
  numero: '2026-000001',
  tipo: 'PAGAMENTO',
  emitidoEm: '2026-11-30T12:00:00.000Z',
  emitente: 'Plataforma de Reservas de Espaços',
  clienteId: ID,
  pagamentoId: ID,
  reservaId: ID,
  parcela: 1,
  finalidade: 'INTEGRAL',
  descricao: 'Série de reservas do auditório '.repeat(16),
  valorCentavos: 99_999_999,
  moeda: 'BRL',
  metodo: 'PIX',
  provedorId: 'pi_3MtwBwLkdIwHu7ix28a3tqPa',
  estornoId: null,
  reciboDoPagamento: null,
  reservas: Array.from({ length: 104 }, () => reserva),
  codigo: 'A'.repeat(26),
  verificacaoUrl: `https://reservas.exemplo/v1/pagamentos/recibos/verificacoes/${'A'.repeat(26)}`,
};

it('o maior recibo se desenha aos poucos, e é sempre o mesmo até o byte', async () => {
  const vezes: string[] = [];
  const turn = await longestTurn(async () => {
    vezes.push((await reciboEmPdf(maior)).toString('base64'));
  });
  expect(turn).toBeLessThanOrEqual(MAX_TURN_MS);
  expect((await reciboEmPdf(maior)).toString('base64')).toBe(vezes[0]);
});
