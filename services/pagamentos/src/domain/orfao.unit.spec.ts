import { describe, expect, it } from '@jest/globals';
import type { DisputaNoProvedor } from './disputa.js';
import type { EstornoNoProvedor } from './estorno.js';
import { proximoPasso } from './orfao.js';

const estorno = (situacao: EstornoNoProvedor['situacao'], valorCentavos: number): EstornoNoProvedor => ({
  provedorId: 're',
  estornoId: null,
  valorCentavos,
  situacao,
  falha: null,
});
const disputa = (situacao: DisputaNoProvedor['situacao'], levado: number, estornavel = false): DisputaNoProvedor => ({
  provedorId: 'dp',
  valorCentavos: 9_000,
  situacao,
  consulta: estornavel,
  estornavel,
  motivo: 'fraudulent',
  responderAte: null,
  abertaEm: new Date(0),
  movimentos: [{ transacaoId: 'txn', valorCentavos: levado, taxaCentavos: 0 }],
});

describe('o que se faz de um intento órfão capturado', () => {
  it.each<[string, EstornoNoProvedor[], DisputaNoProvedor[], string]>([
    ['nada foi devolvido', [], [], 'DEVOLVER'],
    ['tudo foi devolvido', [estorno('CONCLUIDO', 9_000)], [], 'ENCERRAR'],
    ['o balcão devolveu uma parte', [estorno('CONCLUIDO', 2_000)], [], 'DEVOLVER'],
    ['as partes somam tudo', [estorno('CONCLUIDO', 2_000), estorno('CONCLUIDO', 7_000)], [], 'ENCERRAR'],
    ['o estorno falhou', [estorno('FALHOU', 9_000)], [], 'DEVOLVER'],
    ['o provedor ainda processa', [estorno('EM_PROCESSAMENTO', 9_000)], [], 'ESPERAR'],
    ['o banco decide', [], [disputa('ABERTA', 9_000)], 'ESPERAR'],
    ['o banco só pergunta', [], [disputa('ABERTA', 0, true)], 'DEVOLVER'],
    ['o banco levou tudo', [], [disputa('PERDIDA', 9_000)], 'ENCERRAR'],
    ['o banco levou o resto', [estorno('CONCLUIDO', 2_000)], [disputa('PERDIDA', 7_000)], 'ENCERRAR'],
    ['o banco levou uma parte, e o provedor não estorna o resto', [], [disputa('PERDIDA', 2_000)], 'ESPERAR'],
    ['a disputa foi ganha', [], [disputa('GANHA', 0, true)], 'DEVOLVER'],
  ])('%s', (_caso, estornos, disputas, esperado) => {
    expect(proximoPasso({ capturadoCentavos: 9_000, taxa: null, estornos, disputas })).toBe(esperado);
  });
});
