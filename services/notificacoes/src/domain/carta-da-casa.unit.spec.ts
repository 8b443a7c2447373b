import { describe, expect, it } from '@jest/globals';
import { aQuemDaCasa, descreverFato, type FatoDaCasa, TIPOS_DA_CASA } from './carta-da-casa.js';
import { ehTipoDeCarta, TIPOS_DE_CARTA } from './carta-de-conta.js';
import { formatarDinheiro, formatarInstante, formatarPeriodo } from './texto.js';

const fuso = 'America/Sao_Paulo';
const desde = '2026-11-27T12:00:00Z';
const disputa: FatoDaCasa = {
  tipo: 'DISPUTA_MUDOU',
  disputaId: 'disputa',
  reservaId: 'reserva',
  situacao: 'ABERTA',
  motivo: 'fraudulent',
  valorCentavos: 12_300,
  moeda: 'BRL',
};

describe('O que se diz à casa', () => {
  it('do dinheiro e das reservas é dito a quem administra; do que não anda, a quem opera', () => {
    expect(TIPOS_DA_CASA.filter((tipo) => aQuemDaCasa(tipo) === 'OPERACAO')).toEqual([
      'MENSAGENS_MORTAS',
      'DIVERGENCIA',
      'SAGA_PARADA',
    ]);
    expect(TIPOS_DA_CASA.filter((tipo) => aQuemDaCasa(tipo) === 'ADMINISTRACAO')).toEqual([
      'PEDIDO_A_RESPONDER',
      'DISPUTA_MUDOU',
      'GANCHO_EM_RISCO',
      'GANCHO_DESATIVADO',
    ]);
  });

  it('um pedido traz o espaço, o período na hora dele, o valor e até quando se responde', () => {
    const [inicio, fim] = ['2026-12-01T13:00:00Z', '2026-12-01T15:00:00Z'];
    const fato: FatoDaCasa = {
      tipo: 'PEDIDO_A_RESPONDER',
      reservaId: 'reserva',
      espacoNome: 'Sala Azul',
      cidade: 'Manaus',
      inicio,
      fim,
      fuso: 'America/Manaus',
      valorCentavos: 5_000,
      moeda: 'BRL',
      expiraEm: desde,
    };
    expect(descreverFato(fato, fuso, 'pt-BR')).toEqual({
      campos: {
        espaco: 'Sala Azul',
        valor: formatarDinheiro(5_000, 'BRL', 'pt-BR'),
        prazo: formatarInstante(desde, 'America/Manaus', 'pt-BR'),
      },
      lugar: 'Sala Azul · Manaus',
      periodos: [formatarPeriodo(inicio, fim, 'America/Manaus', 'pt-BR')],
    });
  });

  it('uma consulta do banco não é dita como contestação, e uma que já terminou é dita como terminou', () => {
    const situacao = (mais: Partial<FatoDaCasa>) =>
      descreverFato({ ...disputa, ...mais } as FatoDaCasa, fuso, 'pt-BR').campos['situacao'];
    expect(situacao({})).toBe('Um pagamento foi contestado');
    expect(situacao({ consulta: true })).toBe('Um banco pergunta por um pagamento');
    expect(situacao({ consulta: true, situacao: 'GANHA' })).toBe('Uma contestação terminou a nosso favor');
    expect(situacao({ situacao: 'PERDIDA' })).toBe('Uma contestação foi perdida');
  });

  it('uma contestação traz o valor, o motivo do banco e por onde a achar, no idioma de quem lê', () => {
    expect(descreverFato(disputa, fuso, 'en').campos).toEqual({
      situacao: 'A payment was disputed',
      explicacao: 'The holder disputed the payment at the bank, which keeps the amount until it decides.',
      valor: formatarDinheiro(12_300, 'BRL', 'en'),
      motivoDoBanco: 'fraudulent',
      disputa: 'disputa',
      referencia: 'reserva',
    });
  });

  it('um gancho em risco traz quando será desativado; um desativado, não', () => {
    const gancho = { ganchoId: 'gancho', origem: 'https://exemplo.org', desde } as const;
    const dito = { origem: 'https://exemplo.org', desde: formatarInstante(desde, fuso, 'pt-BR') };
    expect(descreverFato({ tipo: 'GANCHO_DESATIVADO', ...gancho }, fuso, 'pt-BR')).toEqual({ campos: dito });
    const depois = '2026-11-29T12:00:00Z';
    expect(descreverFato({ tipo: 'GANCHO_EM_RISCO', ...gancho, desativacaoEm: depois }, fuso, 'pt-BR')).toEqual({
      campos: { ...dito, prazo: formatarInstante(depois, fuso, 'pt-BR') },
    });
  });

  it.each(['MENSAGENS_MORTAS', 'DIVERGENCIA', 'SAGA_PARADA'] as const)(
    '%s traz o serviço, quantas são, desde quando e por quê',
    (tipo) => {
      const fato = { tipo, servico: 'reservas', quantidade: 3, desde, causa: 'invalida' };
      expect(descreverFato(fato, fuso, 'en')).toEqual({
        campos: { servico: 'reservas', quantidade: '3', desde: formatarInstante(desde, fuso, 'en'), causa: 'invalida' },
      });
    },
  );
});

describe('O tipo de uma carta', () => {
  it('é um dos que há', () => {
    for (const tipo of TIPOS_DE_CARTA) expect(ehTipoDeCarta(tipo)).toBe(true);
    expect(ehTipoDeCarta('OUTRA')).toBe(false);
  });
});
