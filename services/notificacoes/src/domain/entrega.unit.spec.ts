import { describe, expect, it } from '@jest/globals';
import {
  assuntoDe,
  type Aviso,
  depoisDaFalha,
  esperaDe,
  estadosEmQueVale,
  finalidadeDe,
  juntar,
  podeEsperar,
  TIPOS_DE_AVISO,
  valeSoAntesDoInicio,
} from './entrega.js';

const politica = { tentativas: 6, desisteMs: 86_400_000, pausaMs: 2_000 };
const AGORA = Date.parse('2026-12-01T12:00:00Z');
const depois = (falhas: number, haMs: number | null, como = { definitiva: false, tentada: true }) =>
  depoisDaFalha({ falhas, desde: haMs === null ? null : new Date(AGORA - haMs).toISOString() }, AGORA, como, politica);

describe('Depois de uma tentativa que falhou', () => {
  it('as pausas quadruplicam, até uma hora, por mais vezes que falhe', () => {
    const pausas = [0, 1, 2, 3, 4, 5, 6, 5_000].map((falhas) => depois(falhas, falhas === 0 ? null : 1_000));
    expect(pausas).toEqual(
      [2_000, 8_000, 32_000, 128_000, 512_000, 2_048_000, 3_600_000, 3_600_000].map((pausaMs) => ({
        tipo: 'TENTAR_DE_NOVO',
        pausaMs,
      })),
    );
  });

  it('desiste-se do que falha há um dia, e não antes', () => {
    expect(depois(30, politica.desisteMs - 1).tipo).toBe('TENTAR_DE_NOVO');
    expect(depois(1, politica.desisteMs)).toEqual({ tipo: 'DESISTIR' });
  });

  it('a que não se fez não alonga a pausa, mas o tempo passa', () => {
    const semTentar = { definitiva: false, tentada: false };
    expect(depois(2, 1_000, semTentar)).toEqual(depois(1, 1_000));
    expect(depois(0, politica.desisteMs, semTentar)).toEqual({ tipo: 'DESISTIR' });
  });

  it('de uma mensagem que o provedor nunca aceitará se desiste na hora', () => {
    expect(depois(0, null, { definitiva: true, tentada: true })).toEqual({ tipo: 'DESISTIR' });
  });
});

describe('Um tipo de aviso', () => {
  const os = (quais: (tipo: (typeof TIPOS_DE_AVISO)[number]) => unknown) => TIPOS_DE_AVISO.filter(quais);

  it('é dos que se desligam por assunto', () => {
    expect(os((tipo) => assuntoDe(tipo) === 'LEMBRETES')).toEqual(['LEMBRETE_24H', 'LEMBRETE_1H']);
    expect(os((tipo) => assuntoDe(tipo) === 'PAGAMENTOS')).toEqual([
      'PAGAMENTO_RECEBIDO',
      'SALDO_A_VENCER',
      'REEMBOLSO_FEITO',
    ]);
    expect(os((tipo) => assuntoDe(tipo) === 'NOVIDADES')).toEqual(['CONVITE_A_VOLTAR']);
    expect(os((tipo) => assuntoDe(tipo) === 'PESQUISAS')).toEqual(['COMO_FOI']);
    expect(assuntoDe('RESERVA_CONFIRMADA')).toBe('RESERVAS');
  });

  it('pede consentimento quando não é de uma reserva nem da conta', () => {
    expect(os(finalidadeDe)).toEqual(['COMO_FOI', 'CONVITE_A_VOLTAR']);
    expect(finalidadeDe('RESERVA_CONFIRMADA')).toBeNull();
  });

  it('espera o fim do silêncio quando nada depende da hora', () => {
    expect(os(podeEsperar)).toEqual([
      'PEDIDO_RECUSADO',
      'RESERVA_EXPIRADA',
      'RESERVA_NAO_COMPARECEU',
      'LEMBRETE_24H',
      'SALDO_A_VENCER',
      'REEMBOLSO_FEITO',
      'COMO_FOI',
      'CONVITE_A_VOLTAR',
    ]);
  });

  it('sai logo, menos o convite a voltar, uma semana depois, e o da retenção, dois minutos', () => {
    expect(os(esperaDe)).toEqual(['RESERVA_RETIDA', 'CONVITE_A_VOLTAR']);
    expect([esperaDe('CONVITE_A_VOLTAR'), esperaDe('RESERVA_RETIDA'), esperaDe('COMO_FOI')]).toEqual([604_800, 120, 0]);
  });

  it('diz o que é verdade só em certos estados da reserva, e o lembrete só antes dela', () => {
    expect(Object.fromEntries(os(estadosEmQueVale).map((tipo) => [tipo, estadosEmQueVale(tipo)]))).toEqual({
      PEDIDO_RECEBIDO: ['PENDENTE_APROVACAO'],
      RESERVA_RETIDA: ['PENDENTE_PAGAMENTO'],
      LEMBRETE_24H: ['CONFIRMADA'],
      LEMBRETE_1H: ['CONFIRMADA'],
      SALDO_A_VENCER: ['CONFIRMADA'],
      CONVITE_RECEBIDO: ['CONFIRMADA'],
      CONVITE_MUDOU: ['CONFIRMADA'],
    });
    expect(os(valeSoAntesDoInicio)).toEqual(['LEMBRETE_24H', 'LEMBRETE_1H']);
  });
});

describe('Vários avisos numa carta só', () => {
  const reserva = {
    espacoNome: 'Sala Ipê',
    cidade: 'São Paulo',
    inicio: '2026-12-04T13:00:00Z',
    fim: '2026-12-04T15:00:00Z',
    fuso: 'America/Sao_Paulo',
    valorCentavos: 12_000,
    moeda: 'BRL',
  };
  const remarcada = (valorCentavos: number, antes: number): Aviso => ({
    tipo: 'RESERVA_REMARCADA',
    reserva: { ...reserva, valorCentavos },
    anterior: { inicio: reserva.inicio, fim: reserva.fim, valorCentavos: antes },
    reembolsoCentavos: 100,
  });

  it('somam o que valem e o que devolvem, e o que valiam antes', () => {
    expect(juntar([remarcada(1_000, 900), remarcada(2_000, 2_500)])).toEqual({
      ...remarcada(3_000, 3_400),
      reembolsoCentavos: 200,
    });
  });

  it('um só é ele mesmo, e o que ninguém diz não passa a ser zero', () => {
    const um = remarcada(1_000, 900);
    expect(juntar([um])).toBe(um);
    expect(juntar([um, um])).not.toHaveProperty('saldoCentavos');
    expect(juntar([um, um])).not.toHaveProperty('reembolsoRetidoCentavos');
    const lembrete: Aviso = { tipo: 'LEMBRETE_1H', reserva };
    expect(juntar([lembrete, { ...lembrete, saldoCentavos: 500 }])).toHaveProperty('saldoCentavos', 500);
    expect(juntar([lembrete, lembrete])).not.toHaveProperty('anterior');
  });
});
