import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import {
  databaseSettings,
  loadConfig,
  PlatformModule,
  platformMigrations,
  processSettings,
  Revogacoes,
} from '@plataforma/platform';
import { eventually, TestApp, TestBroker, TestDatabase, testEnvironment, TokenIssuer } from '@plataforma/testing';
import { consumeQueue, MessagingModule, messagingMigrations } from '../src/index.js';

@Module({})
class Vazio {}

describe('Segurança 22: uma sessão encerrada', () => {
  let issuer: TokenIssuer;
  let database: TestDatabase;
  let broker: TestBroker;
  let app: TestApp;

  beforeAll(async () => {
    [issuer, database, broker] = await Promise.all([
      TokenIssuer.start(),
      TestDatabase.create('pagamentos', [platformMigrations, messagingMigrations]),
      TestBroker.create('pagamentos'),
    ]);
    const config = loadConfig(
      { ...processSettings, ...databaseSettings },
      testEnvironment({ issuer, database, broker }),
    );
    app = await TestApp.start(
      {
        module: Vazio,
        imports: [
          PlatformModule.with({ name: 'pagamentos', config, database: config }),
          MessagingModule.with('pagamentos', [broker.serviceUrl]),
        ],
      },
      { name: 'pagamentos', description: '', problems: {} },
      { consumers: (nest) => consumeQueue(nest, 'pagamentos.sessoes', 10) },
    );
  });
  afterAll(async () => {
    await app.stop();
    await Promise.all([issuer.stop(), database.drop(), broker.drop()]);
  });

  it('é conhecida também sem Redis, pela mensagem', async () => {
    const sessaoId = randomUUID();
    await broker.publish('sessao.revogada.v1', {
      sessaoId,
      usuarioId: randomUUID(),
      motivo: 'SAIDA',
      revogadaEm: new Date().toISOString(),
      tokensAte: new Date(Date.now() + 600_000).toISOString(),
    });
    expect(await eventually(() => app.nest.get(Revogacoes).has(sessaoId), 30_000)).toBe(true);
  });
});
