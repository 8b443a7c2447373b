import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { Controller, type DynamicModule, Module } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { CloudEvent, Message, MessageData } from '@plataforma/contracts';
import { Database, PlatformModule, platformMigrations } from '@plataforma/platform';
import { TestApp, TestBroker, TestDatabase, TokenIssuer } from '@plataforma/testing';
import { consumeQueue, EventStore, MessagingModule, messagingMigrations, queues } from '../src/index.js';

/** What it reads. Each file that imports this one has broker, database and application of its own. */
export const QUEUE = 'notificacoes.eventos';

/** What the consumer under test does with a message; each test sets its own. */
export const consumer: { behaviour: (event: CloudEvent) => Promise<void> | void } = { behaviour: () => undefined };

@Controller()
class Consumer {
  constructor(private readonly database: Database) {}

  @EventPattern('usuario.registrado.v1')
  async registered(@Payload() event: CloudEvent): Promise<void> {
    await this.database.query('INSERT INTO efeitos (mensagem_id) VALUES ($1)', [event.id]);
    await consumer.behaviour(event);
  }

  /** What the consumers themselves say of what dies here. */
  @EventPattern('operacao.alertada.v1')
  alerted(@Payload() event: CloudEvent): string {
    return event.id;
  }

  @EventPattern([...queues[QUEUE]].filter((type) => !['usuario.registrado.v1', 'operacao.alertada.v1'].includes(type)))
  async other(@Payload() event: CloudEvent): Promise<void> {
    await consumer.behaviour(event);
  }
}

export let broker: TestBroker;
export let database: TestDatabase;
export let issuer: TokenIssuer;
export let app: TestApp;
export const others: TestApp[] = [];

@Module({})
class TestModule {}

export function testModule(): DynamicModule {
  return {
    module: TestModule,
    imports: [
      PlatformModule.with({
        name: 'notificacoes',
        config: {
          HOST: '127.0.0.1',
          PORT: 0,
          LOG_LEVEL: 'error',
          NODE_ENV: 'test',
          SHUTDOWN_TIMEOUT_MS: 5_000,
          ...issuer.settings,
        },
        database: database.options,
      }),
      MessagingModule.with('notificacoes', [broker.url]),
    ],
    controllers: [Consumer],
  };
}

export const start = () =>
  TestApp.start(
    testModule(),
    { name: 'teste', description: 'teste', problems: {} },
    { consumers: (nest) => consumeQueue(nest, QUEUE, 50) },
  );

/** After the application was closed: the one that the helpers below speak to is another. */
export const restart = async () => void (app = await start());

beforeAll(async () => {
  [broker, database, issuer] = await Promise.all([
    TestBroker.create(),
    TestDatabase.create('notificacoes', [messagingMigrations, platformMigrations]),
    TokenIssuer.start(),
  ]);
  await database.query('CREATE TABLE efeitos (mensagem_id uuid NOT NULL)');
  await database.query('GRANT ALL ON efeitos TO notificacoes_app');
  app = await start();
});

afterEach(async () => {
  consumer.behaviour = () => undefined;
  await Promise.all(others.splice(0).map((other) => other.stop()));
});

afterAll(async () => {
  await app.stop();
  await Promise.all([broker.drop(), database.drop(), issuer.stop()]);
});

export const usuario = (usuarioId: string = randomUUID()): Message & { type: 'usuario.registrado.v1' } => ({
  type: 'usuario.registrado.v1',
  data: { usuarioId, nome: 'Ana', email: 'ana@exemplo.com.br', idioma: 'pt-BR' },
});
/** One of the history, which nobody of the test receives. */
export const espaco = (versao = 1): Message => ({
  type: 'espaco.alterado.v1',
  data: { espacoId: randomUUID(), versao },
});
export const efeitos = async (id: string) =>
  (await database.query('SELECT FROM efeitos WHERE mensagem_id = $1', [id])).length;
export const store = (of = app) => of.nest.get(EventStore);
export const db = (of = app) => of.nest.get(Database);
export const pendentes = async (fluxo = '%') =>
  (
    await database.query(
      `SELECT FROM eventos WHERE publicado_em IS NULL AND fluxo LIKE $1
       UNION ALL SELECT FROM mensagens_pessoais WHERE publicado_em IS NULL AND fluxo LIKE $1`,
      [fluxo],
    )
  ).length;
export const alertas = async () =>
  (
    await database.query<{ dados: MessageData<'operacao.alertada.v1'> }>(
      `SELECT dados FROM eventos WHERE tipo = 'operacao.alertada.v1' ORDER BY posicao`,
    )
  ).map(({ dados }) => dados);
export const publicados = (fluxo: string) =>
  broker.published.filter(({ subject }) => subject === fluxo).map(({ sequence }) => Number(sequence));
