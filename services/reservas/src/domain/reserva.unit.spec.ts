import { describe, expect, it } from '@jest/globals';
import { ReservaJaCancelada, ReservaJaIniciada, TransicaoInvalida } from './errors.js';
import { HORA_MS } from './periodo-reserva.js';
import {
  cancelar,
  confirmar,
  criar,
  type EventoDaReserva,
  evoluir,
  INEXISTENTE,
  podeRetomar,
  retomar,
} from './reserva.js';

const INICIO = Date.parse('2030-01-10T13:00:00.000Z');

const criada = criar({
  reservaId: 'r1',
  clienteId: 'c1',
  espacoId: 'e1',
  espacoNome: 'Sala Ipê',
  cidade: 'São Paulo',
  inicio: new Date(INICIO).toISOString(),
  fim: new Date(INICIO + HORA_MS).toISOString(),
  fuso: 'America/Sao_Paulo',
  valorCentavos: 9_001,
  moeda: 'BRL',
  unidades: ['u1'],
  ocupacao: { inicio: new Date(INICIO).toISOString(), fim: new Date(INICIO + HORA_MS).toISOString() },
  expiraEm: '2030-01-01T00:00:00.000Z',
  politicaCancelamento: [
    { horasAntes: 48, percentual: 100 },
    { horasAntes: 24, percentual: 50 },
  ],
});
const dada = (...eventos: EventoDaReserva[][]) => eventos.flat().reduce(evoluir, INEXISTENTE);
const pendente = dada(criada);
const confirmada = dada(criada, confirmar(pendente, 'p1'));
const expirada = dada(criada, cancelar(pendente, 'PAGAMENTO_EXPIRADO', 0));

describe('reserva', () => {
  it('nasce à espera do pagamento, com o que foi retido', () => {
    expect(pendente).toMatchObject({ status: 'PENDENTE_PAGAMENTO', retencao: { unidades: ['u1'] } });
  });

  it('confirmada uma vez, não se confirma de novo', () => {
    expect(confirmada).toMatchObject({ status: 'CONFIRMADA', pagamentoId: 'p1' });
    expect(() => confirmar(confirmada, 'p1')).toThrow(TransicaoInvalida);
    expect(() => confirmar(INEXISTENTE, 'p1')).toThrow(TransicaoInvalida);
  });

  it.each([
    [48, 9_001],
    [47.99, 4_501],
    [24, 4_501],
    [23.99, 0],
  ])('cancelada pelo cliente %s h antes, devolve %s centavos', (horas, reembolsoCentavos) => {
    const [evento] = cancelar(confirmada, 'CLIENTE', INICIO - horas * HORA_MS);
    expect(evento?.data).toMatchObject({ motivo: 'CLIENTE', reembolsoCentavos });
  });

  it('cancelada por quem administra, devolve tudo, mesmo em cima da hora', () => {
    expect(cancelar(confirmada, 'ADMIN', INICIO - 1)[0]?.data).toMatchObject({ reembolsoCentavos: 9_001 });
  });

  it('sem pagamento, nada há a devolver', () => {
    expect(cancelar(pendente, 'CLIENTE', 0)[0]?.data).toMatchObject({ reembolsoCentavos: 0 });
  });

  it('não se cancela duas vezes, nem depois de começar, nem o que não existe', () => {
    expect(() => cancelar(expirada, 'CLIENTE', 0)).toThrow(ReservaJaCancelada);
    expect(() => cancelar(confirmada, 'CLIENTE', INICIO)).toThrow(ReservaJaIniciada);
    expect(() => cancelar(INEXISTENTE, 'CLIENTE', 0)).toThrow(TransicaoInvalida);
  });

  it('só volta a valer a que o tempo cancelou; a que alguém cancelou, não', () => {
    expect(dada(criada, cancelar(pendente, 'PAGAMENTO_EXPIRADO', 0), retomar(expirada, 'p2'))).toMatchObject({
      status: 'CONFIRMADA',
      pagamentoId: 'p2',
    });
    const desistida = dada(criada, cancelar(pendente, 'CLIENTE', 0));
    expect(podeRetomar(desistida)).toBe(false);
    expect(() => retomar(desistida, 'p2')).toThrow(TransicaoInvalida);
  });
});
