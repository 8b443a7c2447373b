import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, testEnvironment } from '@plataforma/testing';
import { type Caso, NotificacoesFixture, novoCaso } from './notificacoes-fixture.js';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
/** A process starts, does its part and dies: on a machine that has other things to do. */
const PACIENCIA_MS = 90_000;

describe('Quando o processo morre', () => {
  let notificacoes: NotificacoesFixture;
  const vivos = new Set<ChildProcess>();

  beforeAll(async () => {
    notificacoes = await NotificacoesFixture.create();
  });
  afterEach(() => Promise.all([...vivos].map(encerrar)));
  afterAll(() => notificacoes.stop());

  function iniciar(env: Record<string, string> = {}): ChildProcess {
    const processo = spawn(process.execPath, [MAIN], {
      env: { PATH: process.env['PATH'], ...testEnvironment(notificacoes), ...env },
      stdio: 'ignore',
    });
    vivos.add(processo);
    processo.on('exit', () => vivos.delete(processo));
    return processo;
  }
  async function encerrar(processo: ChildProcess): Promise<void> {
    processo.kill('SIGTERM');
    if (processo.exitCode === null && processo.signalCode === null) await once(processo, 'exit');
  }
  const enviadas = async ({ reservaId }: Caso) =>
    (
      await notificacoes.database.query<{ tipo: string }>(
        `SELECT tipo FROM entregas WHERE reserva_id = $1 AND estado = 'ENVIADA' ORDER BY tipo`,
        [reservaId],
      )
    ).map(({ tipo }) => tipo);
  const contar = async (sql: string, { reservaId }: Caso) =>
    (await notificacoes.database.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`, [reservaId]))[0]?.n;

  it.each([
    'notificacoes.lembretes.antes-do-commit',
    'notificacoes.envio.antes-de-entregar',
    'notificacoes.envio.depois-de-entregar',
    'messaging.consumidor.antes-do-ack',
    'messaging.relay.antes-de-marcar',
  ])(
    'em %s, reiniciado não perde nem repete nada',
    async (FAILPOINT) => {
      const caso = { ...novoCaso(), inicio: new Date(Date.now() + 48 * 3_600_000).toISOString() };
      const sao = iniciar();
      await notificacoes.registrar(caso);
      await notificacoes.confirmar(caso);
      await eventually(async () => (await enviadas(caso)).length === 1, PACIENCIA_MS);
      await eventually(
        async () => (await contar(`eventos WHERE publicado_em IS NULL AND dados ->> 'reservaId' = $1`, caso)) === 0,
        PACIENCIA_MS,
      );
      await encerrar(sao);
      await notificacoes.database.query(
        `UPDATE lembretes SET devida_em = now() WHERE reserva_id = $1 AND tipo = 'LEMBRETE_24H'`,
        [caso.reservaId],
      );
      const outra = { ...novoCaso(), clienteId: caso.clienteId };
      await notificacoes.confirmar(outra);
      const condenado = iniciar({ FAILPOINT });
      const [, sinal] = (await once(condenado, 'exit')) as [number | null, string | null];
      expect(sinal).toBe('SIGKILL');
      // The leases of the dead would be over by themselves in some time.
      await notificacoes.database.query(`UPDATE entregas SET disponivel_em = now() WHERE estado = 'PENDENTE'`);
      await notificacoes.database.query('UPDATE lembretes SET devida_em = now() WHERE tentativas > 0');
      iniciar();
      await eventually(
        async () =>
          (await enviadas(caso)).includes('LEMBRETE_24H') &&
          (await enviadas(outra)).length === 1 &&
          (await contar(`eventos WHERE publicado_em IS NULL AND $1::text IS NOT NULL`, caso)) === 0,
        PACIENCIA_MS,
      );
      expect(await enviadas(caso)).toEqual(['LEMBRETE_24H', 'RESERVA_CONFIRMADA']);
      for (const uma of [caso, outra]) {
        const quantas = (await enviadas(uma)).length;
        expect(await contar('entregas WHERE reserva_id = $1', uma)).toBe(quantas);
        expect(
          await contar('emails_locais l JOIN entregas e ON e.id = l.entrega_id WHERE e.reserva_id = $1', uma),
        ).toBe(quantas);
        expect(await contar(`eventos WHERE tipo = 'notificacao.enviada.v1' AND dados ->> 'reservaId' = $1`, uma)).toBe(
          quantas,
        );
      }
    },
    4 * PACIENCIA_MS,
  );
});
