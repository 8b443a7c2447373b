import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Module } from '@nestjs/common';
import { eventually, TestApp, testEnvironment, TokenIssuer } from '@plataforma/testing';
import { loadConfig, processSettings } from './config.js';
import { Lifecycle, type ReadinessCheck } from './health.js';
import { Logger } from './logger.js';
import { PlatformModule } from './platform-module.js';
import { Worker } from './worker.js';

const up = async () => undefined;
const down = async (): Promise<undefined> => {
  throw Object.assign(new Error('connect ECONNREFUSED banco.interno:5432'), { code: 'ECONNREFUSED' });
};

describe('A saúde', () => {
  let issuer: TokenIssuer;
  let app: TestApp | undefined;

  beforeAll(async () => {
    issuer = await TokenIssuer.start();
  });
  afterAll(() => issuer.stop());
  afterEach(async () => {
    await app?.stop();
    app = undefined;
  });

  const startWith = async (...checks: ReadinessCheck[]): Promise<TestApp> => {
    const config = loadConfig(processSettings, testEnvironment({ issuer }));
    const module = PlatformModule.with({ name: 'teste', config, readiness: { inject: [], checks: () => checks } });
    return (app = await TestApp.start(module, { name: 'teste', description: '', problems: {} }));
  };

  it('é pronta quando cada dependência atende', async () => {
    const started = await startWith({ name: 'banco', probe: up });
    expect(await started.get('/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'ok', details: { banco: { status: 'up' } } },
    });
  });

  it('é pronta, mas degradada, sem uma opcional', async () => {
    const started = await startWith({ name: 'banco', probe: up }, { name: 'cache', probe: down, optional: true });
    const { status, body } = await started.get('/health/ready');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'degraded',
      details: { cache: { status: 'degraded', message: 'ECONNREFUSED' } },
    });
  });

  it('não é pronta sem uma necessária, e diz qual', async () => {
    const started = await startWith({ name: 'banco', probe: down }, { name: 'fila', probe: up });
    const { status, headers, body } = await started.get('/health/ready');
    expect(status).toBe(503);
    expect(headers.get('content-type')).toMatch('application/problem+json');
    expect(body).toMatchObject({
      code: 'servico.dependencia-indisponivel',
      dependencias: { banco: { status: 'down', message: 'ECONNREFUSED' }, fila: { status: 'up' } },
    });
    expect(await started.get('/health')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('conta no log que não está pronta, e que está de novo, uma vez e não como falha', async () => {
    let probe = down;
    const started = await startWith({ name: 'banco', probe: () => probe() });
    const logger = started.nest.get(Logger);
    const told = (['error', 'warn', 'info'] as const).map((level) => jest.spyOn(logger, level));
    const lines = () => told.map(({ mock }) => mock.calls.map(([message]) => message));
    for (let asked = 0; asked < 3; asked++) await started.get('/health/ready');
    expect(lines()).toEqual([[], ['Ainda não pronto: uma dependência não responde'], []]);
    expect(told[1]?.mock.calls[0]?.[1]).toEqual({
      dependencias: { banco: 'connect ECONNREFUSED banco.interno:5432' },
    });
    probe = up;
    for (let asked = 0; asked < 3; asked++) await started.get('/health/ready');
    started.nest.get(Lifecycle).stopping = true;
    expect((await started.get('/health/ready')).status).toBe(503);
    expect(lines()).toEqual([[], [expect.any(String)], ['De novo pronto: todas as dependências respondem']]);
  });

  it('não espera por uma dependência que não responde', async () => {
    const started = await startWith({ name: 'banco', probe: () => new Promise(() => undefined) });
    expect(await started.get('/health/ready')).toMatchObject({
      status: 503,
      body: { dependencias: { banco: { status: 'down' } } },
    });
  });

  it('não é pronta enquanto um trabalhador de qualquer módulo está numa rodada que não acaba', async () => {
    const config = loadConfig(processSettings, testEnvironment({ issuer }));
    const hangs = Promise.withResolvers<number>();
    const worker = new Worker(
      { name: 'trabalho', floorMs: 60_000, roundMs: 10, drain: () => hangs.promise },
      Logger.create('teste', 'none'),
    );
    @Module({ providers: [{ provide: Worker, useValue: worker }] })
    class WithWorker {}
    const module = { module: WithWorker, imports: [PlatformModule.with({ name: 'teste', config })] };
    const started = (app = await TestApp.start(module, { name: 'teste', description: '', problems: {} }));
    await eventually(async () => (await started.get('/health/ready')).status === 503);
    expect(await started.get('/health/ready')).toMatchObject({
      body: { dependencias: { trabalho: { status: 'down', message: expect.stringContaining('uma rodada dura') } } },
    });
    hangs.resolve(0);
    await eventually(async () => (await started.get('/health/ready')).status === 200);
  });

  it('não é pronta desde que se pediu ao processo que pare', async () => {
    const started = await startWith();
    started.nest.get(Lifecycle).stopping = true;
    expect(await started.get('/health/ready')).toMatchObject({ status: 503, body: { code: 'servico.encerrando' } });
  });
});
