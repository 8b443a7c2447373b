import { describe, expect, it } from '@jest/globals';
import { descreverAvisos, formatarDinheiro, formatarPeriodo } from './texto.js';

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
