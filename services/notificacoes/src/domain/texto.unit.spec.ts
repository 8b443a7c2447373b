import { describe, expect, it } from '@jest/globals';
import type { Aviso, Avisos } from './entrega.js';
import { descreverAvisos, formatarCurto, formatarDinheiro, formatarInstante, formatarPeriodo } from './texto.js';

/** Intl writes with narrow and non-breaking spaces. */
const legivel = (texto: string) => texto.replace(/\s/g, ' ');

describe('As palavras de um aviso', () => {
  it('dizem a hora no relógio de parede do espaço, seja qual for o deslocamento da mensagem', () => {
    const [inicio, fim] = ['2026-12-04T13:00:00Z', '2026-12-04T12:00:00-03:00'];
    expect(legivel(formatarPeriodo(inicio, fim, 'America/Sao_Paulo', 'pt-BR'))).toBe(
      'sexta-feira, 4 de dezembro de 2026 10:00 – 12:00 BRT',
    );
    expect(legivel(formatarPeriodo(inicio, fim, 'America/Manaus', 'en'))).toBe(
      'Friday, December 4, 2026, 9:00 – 11:00 AM GMT-4',
    );
  });

  it('nomeiam os dois dias quando uma reserva passa da meia-noite', () => {
    expect(legivel(formatarPeriodo('2026-12-04T23:00:00Z', '2026-12-05T05:00:00Z', 'America/Sao_Paulo', 'pt-BR'))).toBe(
      'sexta-feira, 4 de dezembro de 2026 às 20:00 BRT – sábado, 5 de dezembro de 2026 às 02:00 BRT',
    );
  });

  it('nomeiam os dois deslocamentos quando os relógios mudam no meio', () => {
    expect(legivel(formatarPeriodo('2026-03-29T00:30:00Z', '2026-03-29T01:30:00Z', 'Europe/Lisbon', 'en'))).toBe(
      'Sunday, March 29, 2026 at 12:30 AM GMT+0 – Sunday, March 29, 2026 at 02:30 AM GMT+1',
    );
  });

  it('escrevem dinheiro como a língua o faz', () => {
    expect(legivel(formatarDinheiro(123_456, 'BRL', 'pt-BR'))).toBe('R$ 1.234,56');
    expect(formatarDinheiro(123_456, 'BRL', 'en')).toBe('R$1,234.56');
  });

  it('prometem reembolso só onde há um', () => {
    const reserva = {
      espacoNome: 'Sala Ipê',
      cidade: 'São Paulo',
      inicio: '2026-12-04T13:00:00Z',
      fim: '2026-12-04T15:00:00Z',
      fuso: 'America/Sao_Paulo',
      valorCentavos: 12_000,
      moeda: 'BRL',
    };
    const cancelada = { tipo: 'RESERVA_CANCELADA', reserva, motivo: 'CLIENTE' } as const;
    expect(descreverAvisos([{ ...cancelada, reembolsoCentavos: 0 }], 'Ana', 'pt-BR').reembolso).toBeUndefined();
    expect(legivel(descreverAvisos([{ ...cancelada, reembolsoCentavos: 6_000 }], 'Ana', 'pt-BR').reembolso ?? '')).toBe(
      'R$ 60,00',
    );
    const contestada = { ...cancelada, reembolsoCentavos: 0, reembolsoRetidoCentavos: 6_000, perdidoCentavos: 3_000 };
    const { reembolso, retido = '', perdido = '' } = descreverAvisos([contestada], 'Ana', 'pt-BR');
    expect([reembolso, legivel(retido), legivel(perdido)]).toEqual([undefined, 'R$ 60,00', 'R$ 30,00']);
    const soma = descreverAvisos([contestada, { ...cancelada, reembolsoCentavos: 1_000 }, contestada], 'Ana', 'pt-BR');
    expect(legivel(`${soma.reembolso} ${soma.retido} ${soma.perdido}`)).toBe('R$ 10,00 R$ 120,00 R$ 60,00');
  });
});

describe('O que um aviso diz além da reserva', () => {
  const fuso = 'America/Sao_Paulo';
  const reserva = {
    espacoNome: 'Sala Ipê',
    cidade: 'São Paulo',
    inicio: '2026-12-04T13:00:00Z',
    fim: '2026-12-04T15:00:00Z',
    fuso,
    valorCentavos: 12_000,
    moeda: 'BRL',
  };
  const quando = '2026-12-03T13:00:00Z';
  const prazo = { prazo: formatarInstante(quando, fuso, 'pt-BR'), prazoCurto: formatarCurto(quando, fuso, 'pt-BR') };
  const reais = (centavos: number) => formatarDinheiro(centavos, 'BRL', 'pt-BR');
  const comuns = {
    nome: 'Ana',
    espaco: 'Sala Ipê',
    cidade: 'São Paulo',
    quando: formatarCurto(reserva.inicio, fuso, 'pt-BR'),
    periodos: [formatarPeriodo(reserva.inicio, reserva.fim, fuso, 'pt-BR')],
    valor: reais(12_000),
  };
  const anterior = { inicio: '2026-12-02T13:00:00Z', fim: '2026-12-02T15:00:00Z', valorCentavos: 10_000 };
  const deAntes = formatarPeriodo(anterior.inicio, anterior.fim, fuso, 'pt-BR');
  type Proprio<T = Aviso> = T extends Aviso ? Omit<T, 'reserva'> : never;

  it.each<[string, Proprio, Record<string, string>]>([
    [
      'aprovada, até quando se paga o quê',
      { tipo: 'RESERVA_APROVADA', expiraEm: quando, aPagarCentavos: 3_000 },
      { ...prazo, aPagar: reais(3_000) },
    ],
    [
      'aprovada sem que se dissesse quanto, o preço',
      { tipo: 'RESERVA_APROVADA', expiraEm: quando },
      { ...prazo, aPagar: reais(12_000) },
    ],
    [
      'da fila, até quando se paga o quê',
      { tipo: 'FILA_ATENDIDA', expiraEm: quando, aPagarCentavos: 3_000 },
      { ...prazo, aPagar: reais(3_000) },
    ],
    ['da fila, e de graça, nada a pagar', { tipo: 'FILA_ATENDIDA', expiraEm: quando, aPagarCentavos: 0 }, prazo],
    [
      'da fila, e a aprovar, que é um pedido',
      { tipo: 'FILA_ATENDIDA', expiraEm: quando, aPagarCentavos: 3_000, requerAprovacao: true },
      { ...prazo, pedido: 'sim' },
    ],
    [
      'retida, o que se paga agora',
      { tipo: 'RESERVA_RETIDA', expiraEm: quando, aPagarCentavos: 3_000 },
      { ...prazo, aPagar: reais(3_000) },
    ],
    [
      'com saldo a vencer, quanto e até quando',
      { tipo: 'SALDO_A_VENCER', expiraEm: quando, saldoCentavos: 9_000 },
      { ...prazo, saldo: reais(9_000) },
    ],
    [
      'lembrada, como se entra e o que falta',
      { tipo: 'LEMBRETE_24H', codigo: 'ABC', toleranciaMinutos: 15, saldoCentavos: 1 },
      { codigo: 'ABC', tolerancia: '15', saldo: reais(1) },
    ],
    ['lembrada, sem o que não há', { tipo: 'LEMBRETE_1H', saldoCentavos: 0 }, {}],
    ['lembrada, sem o que ninguém disse', { tipo: 'LEMBRETE_1H' }, {}],
    [
      'paga, quanto e quando',
      { tipo: 'PAGAMENTO_RECEBIDO', pagamentoId: 'p', pagoCentavos: 5_000, recebidoEm: quando },
      { pago: reais(5_000), recebidoEm: prazo.prazo },
    ],
    [
      'reembolsada, quanto',
      { tipo: 'REEMBOLSO_FEITO', pagamentoId: 'p', reembolsoCentavos: 700 },
      { reembolso: reais(700) },
    ],
    ['recusada, por quê', { tipo: 'PEDIDO_RECUSADO', justificativa: 'Obra' }, { justificativa: 'Obra' }],
    ['recusada, sem razão', { tipo: 'PEDIDO_RECUSADO' }, {}],
    ['confirmada e paga', { tipo: 'RESERVA_CONFIRMADA', pagoCentavos: 12_000 }, { pago: reais(12_000) }],
    [
      'confirmada pelo sinal, o que falta e até quando',
      { tipo: 'RESERVA_CONFIRMADA', pagoCentavos: 2_000, saldoVenceEm: quando, codigo: 'ABC', toleranciaMinutos: 0 },
      { pago: reais(2_000), saldo: reais(10_000), saldoVence: prazo.prazo, codigo: 'ABC', tolerancia: '0' },
    ],
    ['confirmada sem pagar', { tipo: 'RESERVA_CONFIRMADA', pagoCentavos: 0 }, { saldo: reais(12_000) }],
    [
      'remarcada para mais cara',
      { tipo: 'RESERVA_REMARCADA', anterior, reembolsoCentavos: 0 },
      { anterior: deAntes, acrescimo: reais(2_000) },
    ],
    [
      'remarcada para mais barata',
      { tipo: 'RESERVA_REMARCADA', anterior: { ...anterior, valorCentavos: 15_000 }, reembolsoCentavos: 3_000 },
      { anterior: deAntes, abatimento: reais(3_000), reembolso: reais(3_000) },
    ],
    [
      'remarcada pelo mesmo preço',
      { tipo: 'RESERVA_REMARCADA', anterior: { ...anterior, valorCentavos: 12_000 }, reembolsoCentavos: 0 },
      { anterior: deAntes },
    ],
    [
      'cancelada, por quê, e o que volta',
      { tipo: 'RESERVA_CANCELADA', motivo: 'ADMIN', justificativa: 'Obra', reembolsoCentavos: 1, perdidoCentavos: 0 },
      { motivo: 'a administração do espaço a cancelou', justificativa: 'Obra', reembolso: reais(1) },
    ],
    ['expirada sem resposta', { tipo: 'RESERVA_EXPIRADA', semResposta: true }, { semResposta: 'sim' }],
    ['expirada', { tipo: 'RESERVA_EXPIRADA' }, {}],
    ['não usada', { tipo: 'RESERVA_NAO_COMPARECEU' }, {}],
  ])('%s', (_caso, proprio, esperado) => {
    const aviso = { reserva, ...proprio } as Aviso;
    expect(descreverAvisos([aviso], 'Ana', 'pt-BR')).toEqual({ ...comuns, ...esperado });
  });

  it('de uma série, diz os períodos em ordem, e não o código nem o horário anterior, que eram de cada uma', () => {
    const depois = { ...reserva, inicio: '2026-12-11T13:00:00Z', fim: '2026-12-11T15:00:00Z' };
    const confirmada = { tipo: 'RESERVA_CONFIRMADA', pagoCentavos: 12_000, codigo: 'ABC' } as const;
    const avisos: Avisos = [
      { reserva: depois, ...confirmada },
      { reserva, ...confirmada },
    ];
    const dito = descreverAvisos(avisos, 'Ana', 'pt-BR');
    expect(dito).toEqual({
      ...comuns,
      periodos: [...comuns.periodos, formatarPeriodo(depois.inicio, depois.fim, fuso, 'pt-BR')],
      valor: reais(24_000),
      pago: reais(24_000),
    });
    const remarcada = { tipo: 'RESERVA_REMARCADA', anterior, reembolsoCentavos: 0, reserva } as const;
    expect(descreverAvisos([remarcada, remarcada], 'Ana', 'pt-BR')).not.toHaveProperty('anterior');
  });

  it('de uma série paga de uma vez, diz os períodos de todas', () => {
    const ocorrencias = [
      { inicio: '2026-12-11T13:00:00Z', fim: '2026-12-11T15:00:00Z' },
      { inicio: reserva.inicio, fim: reserva.fim },
    ];
    const aviso: Aviso = { tipo: 'COMO_FOI', reserva: { ...reserva, ocorrencias } };
    expect(descreverAvisos([aviso], 'Ana', 'pt-BR')).toMatchObject({
      quando: comuns.quando,
      periodos: ocorrencias.toReversed().map(({ inicio, fim }) => formatarPeriodo(inicio, fim, fuso, 'pt-BR')),
    });
  });

  it('o instante é dito em poucas letras, ou por inteiro', () => {
    const legivel = (texto: string) => texto.replace(/\s/g, ' ');
    expect(legivel(formatarCurto(quando, fuso, 'pt-BR'))).toBe('qui., 3 de dez., 10:00 BRT');
    expect(legivel(formatarInstante(quando, fuso, 'en'))).toBe('Thursday, December 3, 2026 at 10:00 AM GMT-3');
  });
});
