import { describe, expect, it } from '@jest/globals';
import { type Operation, type Period, unexplained } from './history.ts';
import { explain } from './linearizability.ts';

const HOUR = 3_600_000;
const at = (hour: number, hours = 1): Period => ({ espacoId: 'sala', inicio: hour * HOUR, fim: (hour + hours) * HOUR });
const EXPIRES = 900_000;

type Rest<T extends Operation['tipo']> = Omit<Extract<Operation, { tipo: T }>, 'tipo' | 'quem' | 'start' | 'end'>;
const op = <T extends Operation['tipo']>(tipo: T, start: number, end: number, rest: Rest<T>, quem = 'ana'): Operation =>
  ({ tipo, quem, start, end, ...rest }) as unknown as Operation;
const book = (id: string, start: number, end: number, periodo = at(1), chave = `chave-${id}`) =>
  op('reservar', start, end, { periodo, chave, resultado: { id, expiraEm: EXPIRES } });
const refused = (start: number, end: number, periodo = at(1), chave = 'outra') =>
  op('reservar', start, end, { periodo, chave, resultado: 'ocupado' }, 'bia');
const read = (
  id: string,
  start: number,
  end: number,
  status: 'PENDENTE_PAGAMENTO' | 'CONFIRMADA' | 'CANCELADA',
  eventos?: string[],
) => op('ler', start, end, { id, status, ...(eventos && { eventos }) });
const cancel = (id: string, start: number, end: number) => op('cancelar', start, end, { id, resultado: 'feito' });
const pay = (id: string, start: number, end: number, resultado: 'pago' | 'recusado' | 'incerto' = 'pago') =>
  op('pagar', start, end, { id, resultado });
const about = (history: Operation[]) => unexplained(history).map(({ de }) => de.split(' ')[0]);

describe('a história de uma unidade', () => {
  it.each<[string, Operation[]]>([
    ['uma depois da outra', [book('a', 0, 5), cancel('a', 6, 9), book('b', 10, 12)]],
    ['ao mesmo tempo, quando uma foi liberada entre as duas', [book('a', 0, 5), cancel('a', 6, 20), book('b', 7, 19)]],
    ['de horas que só se tocam', [book('a', 0, 5, at(1)), book('b', 0, 5, at(2))]],
    ['recusada enquanto outra a tinha', [book('a', 0, 5), refused(2, 8)]],
    ['recusada antes que a outra soubesse que a tinha', [refused(0, 5), book('a', 0, 9)]],
    [
      'recusada por um pedido cuja resposta se perdeu',
      [op('reservar', 0, Infinity, { periodo: at(1), resultado: 'incerto' }), refused(50, 60)],
    ],
    ['recusada por quem esperava na fila', [op('esperar', 0, 5, { periodo: at(1) }), refused(50, 60)]],
    [
      'expirada e tomada por outro',
      [book('a', 0, 5), book('b', EXPIRES, EXPIRES + 9), read('a', EXPIRES, EXPIRES + 50, 'CANCELADA')],
    ],
    [
      'mudada, e o lugar de antes tomado',
      [
        book('a', 0, 5),
        op('mover', 6, 9, { id: 'a', para: at(5), resultado: 'feito' }),
        book('b', 10, 12),
        refused(13, 14, at(5)),
      ],
    ],
    [
      'expirada, tomada, liberada e retomada',
      [
        book('a', 0, 5),
        pay('a', 6, 9),
        book('b', EXPIRES, EXPIRES + 9),
        cancel('b', EXPIRES + 10, EXPIRES + 12),
        read('a', EXPIRES + 20, EXPIRES + 30, 'CONFIRMADA', [
          'reserva.criada.v1',
          'reserva.cancelada.v1',
          'reserva.confirmada.v1',
        ]),
      ],
    ],
  ])('%s tem explicação', (_, history) => expect(unexplained(history)).toEqual([]));

  it.each<[string, Operation[]]>([
    ['dois têm a mesma hora', [book('a', 0, 5), book('b', 2, 8)]],
    ['dois têm horas que se sobrepõem em parte', [book('a', 0, 5, at(1, 2)), book('b', 9, 12, at(2, 2))]],
    ['a segunda vem antes do cancelamento da primeira', [book('a', 0, 5), book('b', 6, 8), cancel('a', 9, 12)]],
    ['recusada sem que ninguém a tivesse', [refused(0, 5), book('a', 6, 9)]],
    ['recusada depois de cancelada a única', [book('a', 0, 5), cancel('a', 6, 8), refused(9, 12)]],
    ['perdida depois de respondida: ninguém a cancelou, nem o prazo', [book('a', 0, 5), read('a', 6, 9, 'CANCELADA')]],
    [
      'mudada para onde outro está',
      [book('a', 0, 5), book('b', 0, 5, at(5)), op('mover', 6, 9, { id: 'a', para: at(5), resultado: 'feito' })],
    ],
    ['recusada pelo que a própria chave fez', [book('a', 0, 9, at(1), 'k'), refused(0, 9, at(1), 'k')]],
    ['lida como sua depois de cancelada', [book('a', 0, 5), cancel('a', 6, 8), read('a', 9, 12, 'PENDENTE_PAGAMENTO')]],
  ])('%s: não tem', (_, history) => expect(about(history)).toContain('unidade'));
});

describe('a história de uma cobrança', () => {
  it.each<[string, Operation[]]>([
    [
      'recusada, paga e confirmada',
      [
        book('a', 0, 5),
        pay('a', 6, 9, 'recusado'),
        pay('a', 10, 12),
        read('a', 11, 15, 'PENDENTE_PAGAMENTO'),
        read('a', 16, 20, 'CONFIRMADA'),
      ],
    ],
    [
      'paga enquanto se cancelava',
      [book('a', 0, 5), pay('a', 6, 20), cancel('a', 7, 19), read('a', 30, 31, 'CANCELADA')],
    ],
    [
      'confirmada por um pagamento cuja resposta se perdeu',
      [book('a', 0, 5), pay('a', 6, 9, 'incerto'), read('a', 30, 31, 'CONFIRMADA')],
    ],
  ])('%s tem explicação', (_, history) => expect(unexplained(history)).toEqual([]));

  it.each<[string, Operation[]]>([
    ['confirmada sem pagamento', [book('a', 0, 5), read('a', 6, 9, 'CONFIRMADA')]],
    ['confirmada antes de paga', [book('a', 0, 5), read('a', 6, 9, 'CONFIRMADA'), pay('a', 10, 12)]],
    [
      'confirmada por um cartão recusado',
      [book('a', 0, 5), pay('a', 6, 9, 'recusado'), read('a', 10, 12, 'CONFIRMADA')],
    ],
    ['paga duas vezes', [book('a', 0, 5), pay('a', 6, 9), pay('a', 10, 12)]],
    [
      'confirmada depois de cancelada',
      [book('a', 0, 5), pay('a', 6, 9), cancel('a', 10, 12), read('a', 13, 15, 'CONFIRMADA')],
    ],
  ])('%s: não tem', (_, history) => expect(about(history)).toContain('cobrança'));
});

describe('a história de uma chave', () => {
  it('uma resposta, quantas vezes se peça', () => {
    expect(unexplained([book('a', 0, 5), book('a', 2, 9), book('a', 10, 12)])).toEqual([]);
    expect(
      unexplained([
        refused(0, 5, at(1), 'k'),
        book('a', 0, 9, at(1), 'b'),
        cancel('a', 10, 11),
        book('c', 12, 13, at(1), 'k'),
      ]),
    ).toEqual([]);
  });

  it.each<[string, Operation[]]>([
    ['duas reservas', [book('a', 0, 5, at(1), 'k'), book('b', 2, 9, at(7), 'k')]],
    ['uma reserva e depois uma recusa', [book('a', 0, 5, at(1), 'k'), refused(6, 9, at(1), 'k')]],
  ])('%s pela mesma: não tem', (_, history) => expect(about(history)).toContain('chave'));

  it('a mesma reserva por duas chaves: não tem', () =>
    expect(about([book('a', 0, 5, at(1), 'k'), book('a', 2, 9, at(1), 'outra')])).toContain('reserva'));
});

describe('a procura de uma ordem', () => {
  const register = {
    initial: 0,
    key: String,
    step: (value: number, { le, grava }: { le?: number; grava?: number }) =>
      grava ?? (le === value ? value : undefined),
  };

  it('diz até onde há ordem, e o que não a segue', () => {
    const verdict = explain(
      [
        { input: { grava: 1 }, start: 0, end: 1, told: 'grava 1' },
        { input: { le: 0 }, start: 2, end: 3, told: 'lê 0' },
      ],
      register,
    );
    expect(verdict).toEqual({ found: false, order: ['grava 1'], stuck: ['lê 0'] });
  });

  it('desiste em voz alta do que é grande demais', () => {
    const many = Array.from({ length: 40 }, (_, i) => ({
      input: { grava: i },
      start: 0,
      end: 100,
      told: `grava ${i}`,
    }));
    const never = { input: { le: -1 }, start: 0, end: 100, told: 'lê -1' };
    expect(() => explain([...many, never], register)).toThrow('grande demais');
  });
});
