import { describe, expect, it } from '@jest/globals';
import { ReservaJaCancelada, ReservaJaIniciada, TransicaoInvalida } from './errors.js';
import { HORA_MS } from './periodo-reserva.js';
import {
  cancelar,
  type Confirmada,
  conferirPagamento,
  confirmar,
  contestar,
  criar,
  type EventoDaReserva,
  evoluir,
  INEXISTENTE,
  podeRetomar,
  reembolsoRetido,
  registrarReembolso,
  remarcar,
  type Reserva,
  retomar,
  semDinheiro,
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

it('cancelada, não diz que espera por um pagamento no futuro', () => {
  const agora = Date.parse('2029-12-31T23:00:00.000Z');
  const conferindo = dada(criada, conferirPagamento(pendente, '2030-01-01T00:10:00.000Z'));
  for (const motivo of ['PAGAMENTO_EXPIRADO', 'CLIENTE'] as const)
    for (const reserva of [pendente, confirmada, conferindo])
      expect(cancelar(reserva, motivo, agora).reduce(evoluir, reserva)).toMatchObject({
        retencao: { expiraEm: '2029-12-31T23:00:00.000Z' },
      });
  const tarde = cancelar(pendente, 'PAGAMENTO_EXPIRADO', agora + 2 * HORA_MS).reduce(evoluir, pendente);
  expect(tarde).toMatchObject({ retencao: { expiraEm: '2030-01-01T00:00:00.000Z' } });
});

describe('contestação', () => {
  const total = (perdidoCentavos: number, retidoCentavos = 0, indisponivelCentavos = retidoCentavos) => ({
    perdidoCentavos,
    retidoCentavos,
    indisponivelCentavos,
  });
  const com = (...totais: ReturnType<typeof total>[]) =>
    totais.reduce((reserva, um) => contestar([reserva], um).flat().reduce(evoluir, reserva), confirmada);
  const cancelada = (reserva: Reserva, motivo: 'CLIENTE' | 'ADMIN' = 'CLIENTE', horas = 48) =>
    cancelar(reserva, motivo, INICIO - horas * HORA_MS)[0]?.data;

  it('o que o banco leva deixa de ser pago; o que retém, não', () => {
    expect(com(total(3_000))).toMatchObject({ pagoCentavos: 6_001, contestacao: total(3_000) });
    expect(com(total(0, 3_000))).toMatchObject({ pagoCentavos: 9_001, contestacao: total(0, 3_000) });
    expect(com(total(0, 3_000), total(3_000), total(0))).toMatchObject({ pagoCentavos: 9_001, contestacao: total(0) });
    expect(contestar([confirmada], total(0))).toEqual([[]]);
  });

  it.each([
    ['tudo retido', total(0, 9_001), 'CLIENTE', 48, 0, 9_001],
    ['uma parte retida', total(0, 3_000), 'CLIENTE', 48, 6_001, 3_000],
    ['uma parte retida, e a política devolve menos do que o livre', total(0, 3_000), 'CLIENTE', 24, 4_501, 0],
    ['uma parte retida, e o provedor nada estorna', total(0, 3_000, 9_001), 'CLIENTE', 24, 0, 4_501],
    ['uma parte levada: a casa retém o que reteria', total(3_000), 'CLIENTE', 24, 1_501, 0],
    ['uma parte levada, e o provedor nada estorna', total(3_000, 0, 6_001), 'ADMIN', 1, 0, 6_001],
    ['tudo levado', total(9_001), 'ADMIN', 48, 0, 0],
  ] as const)('%s', (_caso, contestacao, motivo, horas, reembolsoCentavos, retido) => {
    const dados = cancelada(com(contestacao), motivo, horas);
    expect(dados).toMatchObject({ reembolsoCentavos });
    expect((dados as { reembolsoRetidoCentavos?: number }).reembolsoRetidoCentavos ?? 0).toBe(retido);
  });

  it('numa mudança para um horário mais barato, a dívida vem antes da devolução', () => {
    const reserva = com(total(3_000));
    if (reserva.status !== 'CONFIRMADA') throw new Error('deixou de valer');
    const { inicio, fim } = reserva.dados;
    const para = (valorCentavos: number) =>
      remarcar(reserva, { inicio, fim, valorCentavos, unidades: ['u1'], ocupacao: { inicio, fim } }, 0, inicio)[0]
        ?.data;
    expect(para(7_001)).toMatchObject({ reembolsoCentavos: 0, pagoCentavos: 6_001 });
    expect(para(5_001)).toMatchObject({ reembolsoCentavos: 1_000, pagoCentavos: 5_001 });
  });

  it('cancelada depois de mudar com devolução retida, deve o que o cancelamento diz, e não as duas coisas', () => {
    const bloqueada = com(total(0, 0, 9_001)) as Confirmada;
    const { inicio, fim } = bloqueada.dados;
    const novo = { inicio, fim, valorCentavos: 5_001, unidades: ['u1'], ocupacao: { inicio, fim } };
    const mudada = remarcar(bloqueada, novo, 0, inicio).reduce(evoluir, bloqueada as Reserva);
    expect(reembolsoRetido(mudada)).toBe(4_000);
    const fim50 = cancelar(mudada, 'CLIENTE', INICIO - 24 * HORA_MS).reduce(evoluir, mudada);
    expect(reembolsoRetido(fim50)).toBe(6_501);
    const levada = contestar([fim50], total(2_000, 0, 7_001))
      .flat()
      .reduce(evoluir, fim50);
    expect(reembolsoRetido(levada)).toBe(4_501);
    const ganha = contestar([levada], total(0)).flat().reduce(evoluir, levada);
    expect(reembolsoRetido(ganha)).toBe(6_501);
    expect(registrarReembolso([confirmada, ganha], 6_501, 'RESERVA')).toMatchObject([
      [],
      [{ data: { reembolsoCentavos: 6_501, pagoCentavos: 2_500 } }],
    ]);
  });

  it('só a que está por vir e perdeu tudo deixa de ter quem a pague', () => {
    const antes = INICIO - 1;
    expect(semDinheiro(com(total(9_001)), antes)).toBe(true);
    expect(semDinheiro(com(total(9_000)), antes)).toBe(false);
    expect(semDinheiro(com(total(9_001)), INICIO)).toBe(false);
    expect(semDinheiro({ ...(com(total(9_001)) as Confirmada), iniciada: true }, antes)).toBe(false);
    expect(
      semDinheiro(
        dada(criada, confirmar(pendente, 'p1'), registrarReembolso([confirmada], 9_001, 'ADMIN').flat()),
        antes,
      ),
    ).toBe(false);
  });

  it('de várias pagas juntas, cada uma perde no máximo o que foi pago por ela, e recupera no máximo o que perdeu', () => {
    const perdas = contestar([confirmada, confirmada], total(10_000, 5_000));
    const [primeira, segunda] = perdas.map((eventos) => eventos.reduce(evoluir, confirmada));
    expect(primeira).toMatchObject({ pagoCentavos: 0, contestacao: total(9_001) });
    expect(segunda).toMatchObject({ pagoCentavos: 8_002, contestacao: total(999, 5_000) });
    const volta = contestar([primeira ?? INEXISTENTE, segunda ?? INEXISTENTE], total(999));
    expect(volta.flat().map(({ data }) => data)).toMatchObject([
      { pagoCentavos: 9_001, perdidoCentavos: 0 },
      { pagoCentavos: 8_002, perdidoCentavos: 999, retidoCentavos: 0 },
    ]);
  });

  it('de várias pagas juntas, o banco tira primeiro do que já se devia, e o que ele devolve volta a ser devido', () => {
    const depois = (antes: readonly Reserva[], um: ReturnType<typeof total>) =>
      contestar(antes, um).map((eventos, indice) => eventos.reduce(evoluir, antes[indice] ?? INEXISTENTE));
    const perdida = depois([confirmada, confirmada], total(1_000, 0, 17_002));
    const segunda = perdida[1] ?? INEXISTENTE;
    const cancelou = [
      perdida[0] ?? INEXISTENTE,
      cancelar(segunda, 'CLIENTE', INICIO - 48 * HORA_MS).reduce(evoluir, segunda),
    ];
    const dizem = (reservas: readonly Reserva[]) =>
      reservas.map((uma) => [uma.status !== 'INEXISTENTE' && uma.pagoCentavos, reembolsoRetido(uma)]);
    expect(dizem(cancelou)).toEqual([
      [8_001, 0],
      [9_001, 9_001],
    ]);
    const maisPerdida = depois(cancelou, total(6_000, 0, 12_002));
    expect(dizem(maisPerdida)).toEqual([
      [8_001, 0],
      [4_001, 4_001],
    ]);
    expect(dizem(depois(maisPerdida, total(1_500)))).toEqual([
      [8_001, 0],
      [8_501, 8_501],
    ]);
  });
});
