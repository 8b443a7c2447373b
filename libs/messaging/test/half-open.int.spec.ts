import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, it, jest } from '@jest/globals';
import { Controller, type DynamicModule, Module } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { CloudEvent, Message } from '@plataforma/contracts';
import { Database, PlatformModule, platformMigrations } from '@plataforma/platform';
import { eventually, TcpProxy, TestApp, TestBroker, TestDatabase, TokenIssuer } from '@plataforma/testing';
import { Broker, consumeQueue, EventStore, MessagingModule, messagingMigrations, queues, Relay } from '../src/index.js';

const QUEUE = 'notificacoes.eventos';
/** After the network is back everything works again within this, ms. */
const DE_VOLTA_MS = 15_000;

@Controller()
class Consumer {
  constructor(private readonly database: Database) {}

  @EventPattern([...queues[QUEUE]])
  async registered(@Payload() event: CloudEvent): Promise<void> {
    await this.database.query('INSERT INTO efeitos (mensagem_id) VALUES ($1)', [event.id]);
  }
}

@Module({})
class TestModule {}

let broker: TestBroker;
let database: TestDatabase;
let issuer: TokenIssuer;
let rabbitmq: TcpProxy;
let postgres: TcpProxy;
let app: TestApp;

beforeAll(async () => {
  [broker, database, issuer] = await Promise.all([
    TestBroker.create(),
    TestDatabase.create('notificacoes', [messagingMigrations, platformMigrations]),
    TokenIssuer.start(),
  ]);
  await database.query('CREATE TABLE efeitos (mensagem_id uuid NOT NULL)');
  await database.query('GRANT ALL ON efeitos TO notificacoes_app');
  [rabbitmq, postgres] = await Promise.all([TcpProxy.start(broker.url), TcpProxy.start(database.options.DATABASE_URL)]);
  const platform = {
    name: 'notificacoes',
    config: {
      HOST: '127.0.0.1',
      PORT: 0,
      LOG_LEVEL: 'none',
      NODE_ENV: 'test',
      SHUTDOWN_TIMEOUT_MS: 5_000,
      ...issuer.settings,
    },
    database: { ...database.options, DATABASE_URL: postgres.url },
    readiness: {
      inject: [Broker],
      checks: (its: Broker) => [{ name: 'rabbitmq', probe: () => its.ping() }],
    },
  };
  const module: DynamicModule = {
    module: TestModule,
    imports: [PlatformModule.with(platform), MessagingModule.with('notificacoes', [rabbitmq.url])],
    controllers: [Consumer],
  };
  app = await TestApp.start(
    module,
    { name: 'teste', description: 'teste', problems: {} },
    { consumers: (nest) => consumeQueue(nest, QUEUE, 50) },
  );
});

afterAll(async () => {
  await Promise.all([rabbitmq.cut(), postgres.cut()]);
  await app.stop();
  await Promise.all([broker.drop(), database.drop(), issuer.stop()]);
});

beforeEach(() => eventually(pronto, DE_VOLTA_MS));

const usuario = (): Message & { type: 'usuario.registrado.v1' } => ({
  type: 'usuario.registrado.v1',
  data: { usuarioId: randomUUID(), nome: 'Ana', email: 'ana@exemplo.com.br', idioma: 'pt-BR' },
});
const efeitos = async (id: string) => (await database.query('SELECT FROM efeitos WHERE mensagem_id = $1', [id])).length;
const prontidao = async () =>
  (await app.get<{ dependencias?: Record<string, { status: string }> }>('/health/ready')).body;
const pronto = async () => (await app.get('/health/ready')).status === 200;
const publicados = (fluxo: string) =>
  new Set(broker.published.filter((e) => e.subject === fluxo).map(({ id }) => id)).size;

/** Of every message that was sent, its effect, once; of every event, its publication. */
async function nadaSePerdeu(mensagens: readonly string[], fluxos: readonly string[]): Promise<void> {
  for (const id of mensagens) await eventually(async () => (await efeitos(id)) === 1, DE_VOLTA_MS);
  for (const fluxo of fluxos) await eventually(() => publicados(fluxo) === 1, DE_VOLTA_MS);
}

describe.each(['revived', 'lost'] as const)('conexões que emudecem, e depois (%s) a rede volta:', (depois) => {
  it('o RabbitMQ, também no meio de um aperto de mãos', async () => {
    const [antes, durante] = [`teste/${randomUUID()}`, `teste/${randomUUID()}`];
    const { id } = await broker.publish('usuario.registrado.v1', usuario().data);
    await app.nest.get(EventStore).append(antes, [usuario()]);
    rabbitmq.swallow();
    await app.nest.get(EventStore).append(durante, [usuario()]);
    const noSilencio = await broker.publish('usuario.registrado.v1', usuario().data);
    await eventually(async () => (await prontidao()).dependencias?.['rabbitmq']?.status === 'down');
    // One that begins now would never end by itself.
    await eventually(() => rabbitmq.swallowedConnections > 0);
    rabbitmq.resume(depois);
    await eventually(pronto, DE_VOLTA_MS);
    await nadaSePerdeu([id, noSilencio.id], [antes, durante]);
  });

  it('o PostgreSQL: consultas, transações, quem só escuta, e a medida do atraso', async () => {
    const acordado = jest.spyOn(app.nest.get(Relay), 'wake');
    const fluxo = `teste/${randomUUID()}`;
    postgres.swallow();
    const { id } = await broker.publish('usuario.registrado.v1', usuario().data);
    await database.query(
      `INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados) VALUES ($1, $2, 1, 'usuario.registrado.v1', $3, '{"correlationid":"x"}')`,
      [randomUUID(), fluxo, JSON.stringify(usuario().data)],
    );
    await eventually(async () => (await prontidao()).dependencias?.['postgres']?.status === 'down');
    await eventually(async () => /^outbox_atraso_segundos\S* Nan$/im.test((await app.get<string>('/metrics')).body));
    await eventually(() => postgres.swallowedConnections > 0);
    postgres.resume(depois);
    await eventually(pronto, DE_VOLTA_MS);
    await nadaSePerdeu([id], [fluxo]);
    await eventually(async () => {
      acordado.mockClear();
      await database.query(`SELECT pg_notify('outbox', '')`);
      return acordado.mock.calls.length > 0;
    }, DE_VOLTA_MS);
    acordado.mockRestore();
  });
});
