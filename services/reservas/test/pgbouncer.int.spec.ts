import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, Logger, migrate } from '@plataforma/platform';
import { eventually, PgBouncer } from '@plataforma/testing';
import { Notifier } from '@plataforma/trabalho';
import { migrations } from '../src/app.module.js';
import { contar, ReservasFixture } from './reservas-fixture.js';

const version = PgBouncer.version();
/** Fewer than those who ask at once: each session is many clients'. */
const CONEXOES = 4;

if (version === undefined)
  it('fica de fora: o PgBouncer não está instalado (apt-get install pgbouncer)', () => {
    process.stderr.write('\nNão se provou reservas por um PgBouncer: ele não está instalado.\n');
  });
else
  describe(`Por um PgBouncer em modo de transação (${version}), reservas`, () => {
    let bouncer: PgBouncer;
    let reservas: ReservasFixture;

    beforeAll(async () => {
      reservas = await ReservasFixture.start(async ({ options: { DATABASE_URL } }) => {
        bouncer = await PgBouncer.start(DATABASE_URL, CONEXOES);
        return { DATABASE_URL: bouncer.urlOf(DATABASE_URL), DATABASE_DIRECT_URL: DATABASE_URL };
      });
    });
    afterAll(async () => {
      await reservas?.stop();
      await bouncer?.stop();
    });

    it('reserva, cobra, confirma e cancela, e conta cada passo aos outros', async () => {
      const ana = await reservas.pessoa();
      const { status, body } = await reservas.reservar(ana, reservas.espaco('Sala Ipê'), reservas.periodo(5, 10));
      expect(status).toBe(201);
      await eventually(() =>
        reservas.broker.publishedOf('cobranca.criar.v1').some(({ data }) => data.reservaId === body.id),
      );
      await reservas.pagar(body);
      await eventually(() =>
        reservas.broker.publishedOf('reserva.confirmada.v1').some(({ data }) => data.reservaId === body.id),
      );
      expect((await reservas.cancelar(ana, body.id)).status).toBe(200);
      await reservas.comStatus(body.id, 'CANCELADA');
      await eventually(() =>
        reservas.broker.publishedOf('reserva.cancelada.v1').some(({ data }) => data.reservaId === body.id),
      );
    });

    it('dá um horário a uma pessoa só de trinta que o querem ao mesmo tempo', async () => {
      const pessoas = await reservas.pessoas(30);
      const espaco = reservas.espaco('Sala Ipê');
      const pedidos = pessoas.map((pessoa) => reservas.reservar(pessoa, espaco, reservas.periodo(6, 10)));
      expect(contar(await Promise.all(pedidos))).toEqual({ 201: 1, 409: 29 });
    });

    it('recusa o mesmo pedido repetido com outro corpo, e repete a resposta ao mesmo', async () => {
      const ana = await reservas.pessoa();
      const pedir = (hora: number) =>
        reservas.app.post(
          '/v1/reservas',
          { espacoId: reservas.espaco('Sala Ipê'), ...reservas.periodo(7, hora) },
          { token: ana.token, headers: { 'idempotency-key': 'pgbouncer-1' } },
        );
      const primeira = await pedir(10);
      expect([primeira.status, (await pedir(10)).body, (await pedir(11)).status]).toEqual([201, primeira.body, 422]);
    });

    it('tem em cada sessão os limites do papel', async () => {
      const database = reservas.app.nest.get(Database);
      const sessions = Array.from({ length: 3 * CONEXOES }, () =>
        database.query<{ pid: number; limite: string }>(
          `SELECT pg_backend_pid() AS pid, current_setting('statement_timeout') AS limite FROM pg_sleep(0.05)`,
        ),
      );
      const rows = (await Promise.all(sessions)).flat();
      expect(new Set(rows.map(({ limite }) => limite))).toEqual(new Set(['10s']));
      expect(new Set(rows.map(({ pid }) => pid)).size).toBeLessThanOrEqual(CONEXOES);
    });

    it('acorda com os avisos de outro processo, que escuta pelo endereço direto', async () => {
      const other = new Database({
        ...reservas.database.options,
        DATABASE_URL: bouncer.urlOf(reservas.database.options.DATABASE_URL),
      });
      await other.connect();
      const announcer = new Notifier(other, Logger.create('teste', 'none'));
      const listener = reservas.app.nest.get(Notifier);
      try {
        await eventually(() => listener.listening);
        let heard = 0;
        listener.on('aviso_de_teste', () => heard++);
        await eventually(() => {
          announcer.announce('aviso_de_teste');
          return heard > 0;
        });
      } finally {
        await announcer.beforeApplicationShutdown();
        await other.close();
      }
    });

    it('sem o endereço direto não se fia nos avisos, e o diz', async () => {
      const database = new Database({
        ...reservas.database.options,
        DATABASE_URL: bouncer.urlOf(reservas.database.options.DATABASE_URL),
      });
      const logger = Logger.create('teste', 'none');
      const said: unknown[] = [];
      logger.warn = (message: unknown) => void said.push(message);
      const notifier = new Notifier(database, logger);
      await notifier.onApplicationBootstrap();
      expect([notifier.listening, said]).toEqual([false, [expect.stringContaining('DATABASE_DIRECT_URL')]]);
      await notifier.beforeApplicationShutdown();
    });

    it('não migra: a trava não seria de ninguém', async () => {
      const url = bouncer.urlOf(reservas.database.options.DATABASE_URL);
      await expect(migrate(url, migrations)).rejects.toThrow('PgBouncer');
    });
  });
