import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Controller, Module } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { CloudEvent } from '@plataforma/contracts';
import { loadConfig, PlatformModule, platformMigrations, processSettings } from '@plataforma/platform';
import { eventually, TestApp, TestBroker, TestDatabase, testEnvironment, TokenIssuer } from '@plataforma/testing';
import { consumeQueue, MessagingModule, messagingMigrations, queues } from '../src/index.js';

const heard: string[] = [];

@Controller()
class DaPrimeira {
  @EventPattern([...queues['notificacoes.eventos']])
  ouvir(@Payload() { type }: CloudEvent): void {
    heard.push(`eventos ${type}`);
  }
}

@Controller()
class DaSegunda {
  @EventPattern<string[]>([...queues['notificacoes.ganchos']], { fila: 'notificacoes.ganchos' })
  ouvir(@Payload() { type }: CloudEvent): void {
    heard.push(`ganchos ${type}`);
  }
}

@Module({})
class TestModule {}

let broker: TestBroker;
let database: TestDatabase;
let issuer: TokenIssuer;
let app: TestApp;

beforeAll(async () => {
  [broker, database, issuer] = await Promise.all([
    TestBroker.create(),
    TestDatabase.create('notificacoes', [messagingMigrations, platformMigrations]),
    TokenIssuer.start(),
  ]);
  const config = loadConfig(processSettings, testEnvironment({ issuer }));
  const imports = [
    PlatformModule.with({ name: 'notificacoes', config, database: database.options }),
    MessagingModule.with('notificacoes', [broker.url]),
  ];
  app = await TestApp.start(
    { module: TestModule, imports, controllers: [DaPrimeira, DaSegunda] },
    { name: 'teste', description: 'teste', problems: {} },
    {
      consumers: (nest) => {
        consumeQueue(nest, 'notificacoes.eventos', 50);
        consumeQueue(nest, 'notificacoes.ganchos', 50);
      },
    },
  );
});
afterAll(async () => {
  await app.stop();
  await Promise.all([broker.drop(), database.drop(), issuer.stop()]);
});

it('de duas filas do mesmo serviço que recebem o mesmo tipo, cada uma chama só os tratadores que são dela', async () => {
  const tipo = 'fila.atendida.v1';
  const agora = new Date().toISOString();
  await broker.publish(tipo, {
    reservaId: crypto.randomUUID(),
    clienteId: crypto.randomUUID(),
    espacoId: crypto.randomUUID(),
    espacoNome: 'Sala Ipê',
    cidade: 'São Paulo',
    inicio: agora,
    fim: agora,
    fuso: 'America/Sao_Paulo',
    valorCentavos: 1,
    moeda: 'BRL',
    filaId: crypto.randomUUID(),
    expiraEm: agora,
  });
  // Whatever comes after it in both queues has been handled after it.
  await broker.publish('espaco.alterado.v1', { espacoId: crypto.randomUUID(), versao: 1 });
  await broker.publish('usuario.registrado.v1', {
    usuarioId: crypto.randomUUID(),
    nome: 'Ana',
    email: 'ana@exemplo.com',
    idioma: 'pt-BR',
  });
  await eventually(() => heard.length >= 4);
  expect(heard.toSorted()).toEqual([
    'eventos fila.atendida.v1',
    'eventos usuario.registrado.v1',
    'ganchos espaco.alterado.v1',
    'ganchos fila.atendida.v1',
  ]);
});
