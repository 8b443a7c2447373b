import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DisponibilidadeHttp, EspacosHttp, ReservaHttp } from '@plataforma/contracts';
import { consumeQueue } from '@plataforma/messaging';
import { loadConfig } from '@plataforma/platform';
import { eventually, TestApp, TestBroker, TestDatabase, testEnvironment, TokenIssuer } from '@plataforma/testing';
import { application, AppModule, migrations, settings } from '../src/app.module.js';

let app: TestApp;
let broker: TestBroker;
let database: TestDatabase;
let issuer: TokenIssuer;

beforeAll(async () => {
  [broker, database, issuer] = await Promise.all([TestBroker.create(), TestDatabase.create('reservas', migrations), TokenIssuer.start()]);
  const config = loadConfig(settings, { ...testEnvironment({ database, broker, issuer }), SEED_DEMO: 'true' });
  app = await TestApp.start(AppModule.with(config), application, (nest) => consumeQueue(nest, 'reservas.saga', 50));
});

afterAll(async () => {
  await app.stop();
  await Promise.all([broker.drop(), database.drop(), issuer.stop()]);
});

describe('catálogo', () => {
  it('lista os espaços em páginas, sem repetir nem pular nenhum', async () => {
    const nomes: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { status, body }: { status: number; body: EspacosHttp } = await app.get(`/v1/espacos?limite=5${cursor && `&cursor=${cursor}`}`);
      expect(status).toBe(200);
      nomes.push(...body.itens.map((espaco) => espaco.nome));
      cursor = body.proximo;
    }
    expect(nomes.length).toBe(13);
    expect(new Set(nomes).size).toBe(13);
  });
});
