import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  contagem,
  dataCurtaDoDia,
  diaDe,
  diasDepois,
  duracao,
  ehDia,
  horaDe,
  instanteDe,
  mesmaHora,
  periodo,
} from './tempo.js';

const SP = 'America/Sao_Paulo';
const ZONAS = [SP, 'America/Manaus', 'Asia/Tokyo', 'Asia/Kathmandu', 'America/New_York', 'Europe/Lisbon'];

describe('o tempo de um lugar', () => {
  it('o que se escreve na parede é o que se lê nela, em qualquer fuso, salvo a hora que o relógio pula', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONAS),
        fc.integer({ min: Date.UTC(2020, 0, 1) / 60_000, max: Date.UTC(2035, 0, 1) / 60_000 }),
        (fuso, minuto) => {
          const momento = minuto * 60_000;
          const lido = instanteDe(diaDe(momento, fuso), horaDe(momento, fuso), fuso);
          expect([diaDe(lido, fuso), horaDe(lido, fuso)]).toEqual([diaDe(momento, fuso), horaDe(momento, fuso)]);
        },
      ),
    );
  });

  it('a hora que o relógio pula vem depois dele, e da que se repete vale a primeira', () => {
    expect(instanteDe('2026-03-08', '02:30', 'America/New_York')).toBe('2026-03-08T07:30:00.000Z');
    expect(instanteDe('2026-11-01', '01:30', 'America/New_York')).toBe('2026-11-01T05:30:00.000Z');
  });

  it('um dia depois é o dia seguinte do calendário, também na virada do ano', () => {
    expect(diasDepois('2026-12-31', 1)).toBe('2027-01-01');
    expect(diasDepois('2028-03-01', -1)).toBe('2028-02-29');
  });

  it.each([
    ['2026-12-01', true],
    ['2026-02-30', false],
    ['ontem', false],
    ['2026-1-1', false],
  ])('%s é um dia: %s', (texto, sim) => {
    expect(ehDia(texto)).toBe(sim);
  });

  it('de um ano que não é este, se diz o ano', () => {
    expect(dataCurtaDoDia('2025-01-10', 'pt-BR')).toBe('sex., 10 de jan. de 2025');
    expect(dataCurtaDoDia(`${new Date().getUTCFullYear()}-06-10`, 'pt-BR')).not.toMatch(/\d{4}/);
  });

  it('um período que termina noutro dia diz qual', () => {
    expect(periodo('2031-12-04T01:00:00Z', '2031-12-04T04:00:00Z', SP, 'pt-BR')).toMatch(
      /^quarta-feira, 3 de dezembro de 2031, 22:00–qui\., 4 de dez\., 01:00$/,
    );
  });

  it.each([
    [90, '1 h 30 min'],
    [60, '1 h'],
    [45, '45 min'],
    [2_880, '2 dias'],
  ])('%d minutos são %s', (minutos, dito) => {
    expect(duracao(minutos, 'pt-BR').replaceAll('\u00a0', ' ')).toBe(dito);
  });

  it('uma contagem acaba em zero', () => {
    expect([contagem(61_000), contagem(400), contagem(-5)]).toEqual(['01:01', '00:01', '00:00']);
  });

  it('dois fusos de mesma hora são um só para quem lê', () => {
    expect(mesmaHora('2026-12-01T12:00:00Z', SP, 'America/Argentina/Buenos_Aires')).toBe(true);
    expect(mesmaHora('2026-12-01T12:00:00Z', SP, 'America/Manaus')).toBe(false);
  });
});
