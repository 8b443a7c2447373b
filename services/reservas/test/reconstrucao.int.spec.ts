import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '@plataforma/platform';
import { Reconstrucao } from '../src/infrastructure/reconstrucao.js';
import { type Pessoa, ReservasFixture } from './reservas-fixture.js';

let reservas: ReservasFixture;
let ana: Pessoa;

/** Bookings in many states, by their public ways. */
beforeAll(async () => {
  reservas = await ReservasFixture.start();
  ana = await reservas.pessoa();
  const sala = reservas.espaco('Sala Ipê');
  const reservar = async (dia: number) =>
    (await reservas.reservar(ana, sala, reservas.periodo(dia, 10), { cupom: cupom.codigo })).body;
  const cupom = await reservas.cupom();
  await reservar(5);
  const cancelada = await reservar(6);
  await reservas.cancelar(ana, cancelada.id);
  for (const dia of [7, 8, 9]) await reservas.pagar(await reservar(dia));
  const [paga, movida, movendo] = (
    await reservas.database.query<{ id: string }>(`SELECT id FROM reservas WHERE status = 'CONFIRMADA' ORDER BY inicio`)
  ).map(({ id }) => id);
  const mudar = (id: string | undefined, horas: number) =>
    reservas.app.post(`/v1/reservas/${id ?? ''}/remarcacao`, reservas.periodo(12 + horas, 10, horas), {
      token: ana.token,
    });
  expect((await mudar(movida, 1)).status).toBe(200);
  expect((await mudar(movendo, 3)).body['remarcacao']).toMatchObject({ diferencaCentavos: 16_200 });
  await reservas.cancelar(ana, paga ?? '');
  await reservas.app.post(
    '/v1/series',
    { espacoId: sala, ...reservas.periodo(20, 10), regra: 'FREQ=DAILY;COUNT=3', cobranca: 'SERIE' },
    { token: ana.token },
  );
});
afterAll(() => reservas.stop());

const refazer = (aplicar = false) => new Reconstrucao(reservas.app.nest.get(Database)).run(aplicar);

describe('reconstrução das projeções', () => {
  it('dos eventos sozinhos saem as mesmas linhas e as mesmas ocupações', async () => {
    const { reservas: quantas, diferencas } = await refazer();
    expect(diferencas).toEqual([]);
    expect(quantas).toBe(8);
  });

  it('mostra cada coluna que difere, e com --aplicar a reescreve', async () => {
    const [uma] = await reservas.database.query<{ id: string; criada_em: Date }>(
      `UPDATE reservas SET valor_centavos = 1, justificativa = 'inventada', criada_em = now() WHERE status = 'PENDENTE_PAGAMENTO' RETURNING id`,
    );
    const { diferencas } = await refazer();
    expect(
      diferencas
        .filter(({ reservaId }) => reservaId === uma?.id)
        .map(({ coluna }) => coluna)
        .sort(),
    ).toEqual(['criada_em', 'justificativa', 'valor_centavos']);
    expect((await refazer(true)).diferencas).toHaveLength(diferencas.length);
    expect((await refazer()).diferencas).toEqual([]);
  });

  it('vê a reserva que perdeu a linha ou o horário, e a que tem horário a mais', async () => {
    await reservas.database.query(
      `DELETE FROM ocupacoes WHERE reserva_id = (SELECT min(id::text)::uuid FROM reservas WHERE status = 'CONFIRMADA')`,
    );
    await reservas.database.query(
      `INSERT INTO ocupacoes (unidade_id, periodo, origem, reserva_id)
       SELECT unidade_id, tstzrange(now() + interval '80 days', now() + interval '81 days'), 'RESERVA', (SELECT min(id::text)::uuid FROM reservas WHERE status = 'CANCELADA')
         FROM ocupacoes LIMIT 1`,
    );
    expect((await refazer()).diferencas.map(({ coluna, viva }) => [coluna, viva === null]).sort()).toEqual([
      ['ocupacoes', false],
      ['ocupacoes', true],
    ]);
    await refazer(true);
    expect((await refazer()).diferencas).toEqual([]);
  });
});
