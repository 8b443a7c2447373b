import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, Logger, Revogacoes } from '@plataforma/platform';
import { eventually, redisOfItsOwn, TcpProxy, TestDatabase } from '@plataforma/testing';
import { migrations } from '../src/app.module.js';
import { Divulgador } from '../src/infrastructure/divulgador.js';

describe('Quem divulga as sessões encerradas', () => {
  let server: TestDatabase;
  let database: Database;
  let proxy: TcpProxy;

  beforeAll(async () => {
    server = await TestDatabase.create('auth', migrations);
    proxy = await TcpProxy.start(redisOfItsOwn());
    database = new Database(server.options);
    await database.connect();
  });
  afterAll(async () => {
    await database.close();
    await Promise.all([server.drop(), proxy.cut()]);
  });

  async function encerrada(): Promise<string> {
    const [usuario, sessao] = [randomUUID(), randomUUID()];
    await server.query(
      `INSERT INTO usuarios (id, nome, email, senha_hash, papeis, idioma)
       VALUES ($1, 'Ana', $2, '$argon2id$de-teste', '{CLIENTE}', 'pt-BR')`,
      [usuario, `${usuario}@exemplo.com`],
    );
    await server.query(
      `INSERT INTO sessoes (id, usuario_id, expira_em, encerrada_em, motivo)
       VALUES ($1, $2, now() + interval '1 day', now(), 'SAIDA')`,
      [sessao, usuario],
    );
    return sessao;
  }
  const divulgada = async (sessao: string) =>
    (await server.query('SELECT FROM sessoes WHERE id = $1 AND divulgada_em IS NOT NULL', [sessao])).length === 1;

  /** While it is down: takes connections where the server was, ends each, and resolves after so many. */
  async function recusar(quantas: number): Promise<void> {
    let recusadas = 0;
    const nobody = createServer((socket) => {
      recusadas++;
      socket.destroy();
    }).listen(Number(new URL(proxy.url).port), '127.0.0.1');
    await eventually(() => recusadas >= quantas);
    nobody.close();
    await once(nobody, 'close');
  }

  it('diz que o Redis falta uma vez só, também se falta desde o início, e outra se falta de novo', async () => {
    const logger = Logger.create('teste', 'none');
    const said: unknown[] = [];
    logger.warn = (message: unknown) => void said.push(message);
    const aviso: unknown = expect.stringContaining('Redis indisponível: sessões encerradas contam-se por ele adiante');
    await proxy.cut();
    const divulgador = new Divulgador(database, proxy.url, 900_000, new Revogacoes(), logger);
    try {
      await divulgador.onApplicationBootstrap();
      await recusar(3);
      expect(said).toEqual([aviso]);
      const primeira = await encerrada();
      await proxy.restore();
      await eventually(() => divulgada(primeira));
      expect(said).toEqual([aviso]);
      await proxy.cut();
      await recusar(3);
      expect(said).toEqual([aviso, aviso]);
    } finally {
      await divulgador.beforeApplicationShutdown();
    }
  });
});
