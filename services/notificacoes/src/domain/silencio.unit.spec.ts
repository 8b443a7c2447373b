import { describe, expect, it } from '@jest/globals';
import { fimDoSilencio } from './silencio.js';

const noite = { de: '22:00', ate: '07:00', fuso: 'America/Sao_Paulo' };
const sesta = { de: '13:00', ate: '15:30', fuso: 'America/Manaus' };

describe('O silêncio que alguém pediu', () => {
  it.each([
    ['antes da noite', '2026-12-04T21:59:59-03:00', noite, null],
    ['ao começar', '2026-12-04T22:00:00-03:00', noite, '2026-12-05T07:00:00-03:00'],
    ['depois da meia-noite', '2026-12-05T03:00:00-03:00', noite, '2026-12-05T07:00:00-03:00'],
    ['ao acabar', '2026-12-05T07:00:00-03:00', noite, null],
    ['no meio do dia', '2026-12-04T14:00:00-04:00', sesta, '2026-12-04T15:30:00-04:00'],
    ['no relógio da pessoa, e não no de outro lugar', '2026-12-04T14:00:00-03:00', sesta, '2026-12-04T15:30:00-04:00'],
    ['depois do meio do dia', '2026-12-04T15:30:00-04:00', sesta, null],
    [
      'quando os relógios mudam nessa noite',
      '2026-03-28T23:30:00+00:00',
      { de: '23:00', ate: '07:00', fuso: 'Europe/Lisbon' },
      '2026-03-29T07:00:00+01:00',
    ],
  ])('%s', (_, agora, silencio, fim) => {
    expect(fimDoSilencio(new Date(agora), silencio)?.getTime()).toBe(fim === null ? undefined : Date.parse(fim));
  });
});
