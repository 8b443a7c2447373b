import { describe, expect, it } from '@jest/globals';
import { FakePlatform } from '@plataforma/testing';
import { apresentarDisponibilidade, apresentarReserva } from './apresentacao.js';

const { reserva, espaco } = FakePlatform.examples;

describe('Uma reserva numa tela pequena', () => {
  it('mostra data e hora de onde o espaço está, não de onde o servidor está', () => {
    expect(apresentarReserva(reserva, 'pt-BR')).toMatchObject({ data: '01/12/2026', horario: '21:30 - 23:00' });
    expect(apresentarReserva({ ...reserva, fuso: 'America/Manaus' }, 'pt-BR')).toMatchObject({
      horario: '20:30 - 22:00',
    });
  });

  it('começa o dia às 00:00', () => {
    const { horario } = apresentarReserva(
      { ...reserva, inicio: '2026-12-01T03:00:00Z', fim: '2026-12-01T04:00:00Z' },
      'en',
    );
    expect(horario).toBe('00:00 - 01:00');
  });

  it('mostra as duas horas da noite em que o relógio é atrasado', () => {
    const reservaDeNoite = {
      ...reserva,
      fuso: 'America/New_York',
      inicio: '2026-11-01T05:30:00Z',
      fim: '2026-11-01T06:30:00Z',
    };
    expect(apresentarReserva(reservaDeNoite, 'en').horario).toBe('01:30 - 01:30');
  });

  it.each([
    ['pt-BR', 'R$\u00a01.234,50'],
    ['en', 'R$1,234.50'],
  ] as const)('mostra o preço como %s o escreve', (idioma, valor) => {
    expect(apresentarReserva(reserva, idioma).valor).toBe(valor);
  });

  it('dispensa a foto', () => {
    expect(apresentarReserva({ ...reserva, espaco: { ...reserva.espaco, fotos: [] } }, 'pt-BR').foto).toBeNull();
  });
});

describe('A disponibilidade numa tela pequena', () => {
  it('diz cada início no fuso do espaço', () => {
    const [inicio, fim] = ['2026-12-01T11:00:00Z', '2026-12-01T13:00:00Z'];
    expect(
      apresentarDisponibilidade({
        espacoId: espaco.id,
        fuso: espaco.fuso,
        livres: [{ inicio, fim }],
        inicios: [inicio],
        proximoInicio: fim,
      }),
    ).toEqual({
      livres: [{ inicio, fim, data: '01/12/2026', horario: '08:00 - 10:00' }],
      inicios: [{ inicio, data: '01/12/2026', hora: '08:00' }],
      proximoInicio: fim,
    });
  });
});
