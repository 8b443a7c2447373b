import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Pessoa, ReservasFixture } from './reservas-fixture.js';

describe('36: o que chega tarde de uma pessoa apagada', () => {
  let reservas: ReservasFixture;
  let ana: Pessoa;

  beforeAll(async () => {
    reservas = await ReservasFixture.start();
    ana = await reservas.pessoa();
  });
  afterAll(() => reservas.stop());

  /** All rows that name her, by table. */
  const deixou = async (): Promise<Record<string, number>> => {
    const [linha = {}] = await reservas.database.query<Record<string, number>>(
      `SELECT (SELECT count(*)::int FROM reservas WHERE cliente_id = $1) AS reservas,
              (SELECT count(*)::int FROM series WHERE cliente_id = $1) AS series,
              (SELECT count(*)::int FROM fila WHERE cliente_id = $1 AND situacao = 'ESPERANDO') AS fila,
              (SELECT count(*)::int FROM cotacoes WHERE cliente_id = $1) AS cotacoes,
              (SELECT count(*)::int FROM calendarios WHERE dono_id = $1) AS calendarios,
              (SELECT count(*)::int FROM eventos WHERE dados::text LIKE '%' || $1 || '%') AS eventos,
              (SELECT count(*)::int FROM ocupacoes o JOIN reservas r ON r.id = o.reserva_id WHERE r.cliente_id = $1) AS ocupacoes,
              (SELECT count(*)::int FROM idempotencia WHERE chave LIKE $1 || ' %') AS idempotencia`,
      [ana.id],
    );
    return linha;
  };

  it('é recusado como de sessão encerrada, e nada deixa; na fila ela não espera mais', async () => {
    const espacoId = reservas.espaco('Sala Ipê');
    const ocupado = reservas.periodo(20, 10);
    const outra = await reservas.pessoa();
    expect((await reservas.reservar(outra, espacoId, ocupado)).status).toBe(201);
    const { token } = ana;
    expect((await reservas.app.post('/v1/fila', { espacoId, ...ocupado }, { token })).status).toBe(201);
    await reservas.database.query('SELECT apagar_pessoa($1)', [ana.id]);
    const antes = await deixou();
    expect(antes['fila']).toBe(0);

    const ENCERRADA = { status: 401, body: { code: 'auth.sessao-encerrada' } };
    const livre = reservas.periodo(21, 10);
    expect(await reservas.reservar(ana, espacoId, livre)).toMatchObject(ENCERRADA);
    for (const [rota, corpo] of [
      ['/v1/series', { espacoId, ...livre, regra: 'FREQ=WEEKLY;COUNT=3', modo: 'PULAR_CONFLITOS', cobranca: 'SERIE' }],
      ['/v1/fila', { espacoId, ...ocupado }],
      ['/v1/cotacoes', { espacoId, ...livre }],
      ['/v1/calendarios', { escopo: 'USUARIO' }],
    ] as const)
      expect([rota, await reservas.app.post(rota, corpo, { token })]).toMatchObject([rota, ENCERRADA]);
    expect(await deixou()).toEqual(antes);
    expect((await reservas.reservar(outra, espacoId, livre)).status).toBe(201);
  });
});
