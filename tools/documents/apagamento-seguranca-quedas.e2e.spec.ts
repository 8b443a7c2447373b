import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { messagingMigrations } from '@plataforma/messaging';
import { platformMigrations } from '@plataforma/platform';
import { eventually, TestBroker, TestDatabase, testEnvironment, TokenIssuer } from '@plataforma/testing';
import { root } from '../cli/paths.ts';
import { rowsThatName, TRACES } from './personal-traces.ts';

const DEADLINE_MS = 120_000;
/** Who erases a part of a person when asked; auth, which asks, dies in specs of its own. */
const APAGADORES = ['notificacoes', 'pagamentos', 'reservas'] as const;
/** What is still to be sent is not erased before it was: of that its own specs tell. */
const A_ENVIAR = /INTO (entregas|cartas_de_conta|emails_locais|envios_locais)/;

describe.each(APAGADORES)('Segurança 36: o %s morre ao apagar a sua parte de uma pessoa', (servico) => {
  let database: TestDatabase;
  let broker: TestBroker;
  let issuer: TokenIssuer;
  const vivos = new Set<ChildProcess>();

  const launch = (failpoint?: string): ChildProcess => {
    const child = spawn(process.execPath, [join(root, 'services', servico, 'dist/main.js')], {
      env: {
        PATH: process.env['PATH'],
        ...testEnvironment({ database, broker, issuer }),
        STRIPE_SECRET_KEY: 'sk_test_quedas',
        STRIPE_WEBHOOK_SECRET: 'whsec_quedas',
        // Nobody is there: what is erased needs no provider.
        STRIPE_API_BASE: 'http://127.0.0.1:9',
        ...(failpoint !== undefined && { FAILPOINT: failpoint }),
      },
      stdio: 'ignore',
    });
    vivos.add(child);
    child.once('exit', () => vivos.delete(child));
    return child;
  };
  const matar = async (child: ChildProcess): Promise<void> => {
    if (!vivos.has(child)) return;
    const fim = once(child, 'exit');
    child.kill('SIGKILL');
    await fim;
  };
  const pedir = (pedidoId: string, usuarioId: string) =>
    broker.publish(
      'usuario.apagamento-pedido.v1',
      { pedidoId, usuarioId, servico, etapa: 'APAGAR' },
      { subject: `apagamento/${randomUUID()}` },
    );
  const respostas = (pedidoId: string) =>
    broker.publishedOf('apagamento.respondido.v1').filter(({ data }) => data.pedidoId === pedidoId);

  beforeAll(async () => {
    [database, broker, issuer] = await Promise.all([
      TestDatabase.create(servico, [
        platformMigrations,
        messagingMigrations,
        join(root, 'services', servico, 'migrations'),
      ]),
      TestBroker.create(servico),
      TokenIssuer.start(),
    ]);
  });
  afterEach(() => Promise.all([...vivos].map(matar)));
  afterAll(async () => {
    await Promise.all([database.drop(), broker.drop(), issuer.stop()]);
  });

  it.each([
    'messaging.consumidor.antes-do-commit',
    'messaging.consumidor.antes-do-ack',
    'messaging.relay.antes-de-publicar',
    'messaging.relay.antes-de-marcar',
  ])(
    '(%s): de volta, apaga-a uma vez e responde uma vez',
    async (failpoint) => {
      const [ana, pedidoId, ultimo] = [randomUUID(), randomUUID(), randomUUID()];
      for (const sql of TRACES[servico].filter((one) => !A_ENVIAR.test(one)))
        await database.query(sql.replaceAll('$', ana));
      // What is said of bookings here is no message: nobody is to wait for it to be published.
      await database.query('UPDATE eventos SET publicado_em = now() WHERE publicado_em IS NULL');
      const antes = await rowsThatName(database, ana);
      expect(antes).not.toEqual([]);
      await pedir(pedidoId, ana);
      const vitima = launch(failpoint);
      expect(await eventually(() => vitima.signalCode, DEADLINE_MS)).toBe('SIGKILL');
      // Of what did not commit there is nothing.
      if (failpoint === 'messaging.consumidor.antes-do-commit')
        expect(await rowsThatName(database, ana)).toHaveLength(antes.length);
      launch();
      // What was asked after it is answered after it: by then the question came back, if it did.
      await pedir(ultimo, randomUUID());
      await eventually(() => respostas(ultimo).length > 0 && respostas(pedidoId).length > 0, DEADLINE_MS);
      // Published again it is the same message.
      expect(new Set(respostas(pedidoId).map(({ id }) => id)).size).toBe(1);
      expect(respostas(pedidoId)[0]?.data.apagado.length).toBeGreaterThan(0);
      expect(await rowsThatName(database, ana)).toEqual([]);
      expect(
        await database.query(`SELECT FROM auditoria WHERE pessoa_id = $1 AND tipo = 'apagamento.feito'`, [ana]),
      ).toHaveLength(1);
    },
    300_000,
  );
});
