import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '@plataforma/platform';
import { FakePlatform, longestTurn, MAX_TURN_MS, TestApp, testEnvironment } from '@plataforma/testing';
import { application, appModule, settings } from '../src/app.module.js';

const { reserva, espaco } = FakePlatform.examples;
const varios = <T>(quantos: number, um: (n: number) => T): T[] => Array.from({ length: quantos }, (_, n) => um(n));
const instante = (n: number) => new Date(Date.parse('2027-03-01T00:00:00Z') + n * 60_000).toISOString();
/** As much as a page of the search holds. */
const cheio = {
  ...espaco,
  excecoes: varios(100, (n) => ({ data: '2027-03-01', horarios: [], descricao: `Dia ${n}` })),
};
const ID = '0192f0c4-0000-7000-8000-0000000000f1';

describe('O maior que os serviços respondem, resumido para o aplicativo,', () => {
  let platform: FakePlatform;
  let app: TestApp;
  let token: string;

  beforeAll(async () => {
    platform = await FakePlatform.start();
    const config = loadConfig(settings, { ...testEnvironment(platform), ...platform.settings });
    app = await TestApp.start(appModule(config), application);
    token = await platform.token();
    const serie = {
      id: ID,
      espacoId: espaco.id,
      regra: 'FREQ=DAILY;COUNT=104',
      inicio: reserva.inicio,
      fim: reserva.fim,
      fuso: espaco.fuso,
      reservas: varios(104, () => reserva.id),
    };
    platform.reservas
      .on('GET /v1/reservas', { body: { itens: varios(100, () => reserva), proximo: null } })
      .on('GET /v1/espacos', { body: { itens: varios(100, () => cheio), proximo: null } })
      .on('GET /v1/series', { body: { itens: varios(100, () => serie), proximo: null } })
      .on(`GET /v1/espacos/${espaco.id}/disponibilidade`, {
        body: {
          espacoId: espaco.id,
          fuso: espaco.fuso,
          livres: varios(3_000, (n) => ({ inicio: instante(2 * n), fim: instante(2 * n + 1) })),
          inicios: varios(3_000, instante),
          proximoInicio: instante(3_000),
        },
      });
  });
  afterAll(() => Promise.all([app?.stop(), platform?.stop()]));

  it.each([
    ['as reservas', '/v1/reservas?limite=100', 100],
    ['os espaços', '/v1/espacos?limite=100', 100],
    ['as séries', '/v1/series?limite=100', 100],
    [
      'a disponibilidade',
      `/v1/espacos/${espaco.id}/disponibilidade?de=2027-03-01T00:00:00Z&ate=2027-06-01T00:00:00Z`,
      3_000,
    ],
  ])('não prende quem mais pergunta: %s', async (_, rota, quantos) => {
    const turn = await longestTurn(async () => {
      const { status, body } = await app.get<{ itens?: unknown[]; inicios?: unknown[] }>(rota, { token });
      expect([status, (body.itens ?? body.inicios)?.length]).toEqual([200, quantos]);
    });
    expect(turn).toBeLessThanOrEqual(MAX_TURN_MS);
  });
});
