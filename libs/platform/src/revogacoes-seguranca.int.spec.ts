import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import { eventually, redisOfItsOwn, TestApp, testEnvironment, TokenIssuer } from '@plataforma/testing';
import { Redis } from 'ioredis';
import { Permite } from './auth.js';
import { loadConfig, processSettings, redisSettings } from './config.js';
import { MAX_REVOCATIONS, Revogacoes, REVOCATIONS_STREAM } from './revogacoes.js';
import { PlatformModule } from './platform-module.js';

const ANA = '0192f0c4-0000-7000-8000-000000000001';

@Controller()
class RotaController {
  @Get('eu')
  @Permite('conta.usar')
  eu() {
    return { aberto: true };
  }
}
@Module({ controllers: [RotaController] })
class Rota {}

const daqui = (ms: number): string => String(Date.now() + ms);

describe('Segurança 22: sessões encerradas', () => {
  const redisUrl = redisOfItsOwn();
  const redis = new Redis(redisUrl);
  let issuer: TokenIssuer;
  let app: TestApp;

  const start = (revocationsUrl: string): Promise<TestApp> => {
    const config = loadConfig({ ...processSettings, ...redisSettings }, testEnvironment({ issuer }));
    return TestApp.start(
      { module: Rota, imports: [PlatformModule.with({ name: 'teste', config, revocationsUrl })] },
      { name: 'teste', description: '', problems: {} },
    );
  };
  const token = (sid: string) => issuer.token(ANA, ['CLIENTE'], { claims: { sid } });
  const tell = (sid: string, ate = daqui(600_000)) => redis.xadd(REVOCATIONS_STREAM, '*', 'sid', sid, 'ate', ate);
  const refusedBy = (one: TestApp, credential: string) =>
    eventually(() => one.get('/eu', { token: credential }).then(({ status, body }) => status === 401 && body), 30_000);

  beforeAll(async () => {
    issuer = await TokenIssuer.start();
    app = await start(redisUrl);
  });
  afterAll(async () => {
    redis.disconnect();
    await Promise.all([app.stop(), issuer.stop()]);
  });

  it('não têm mais tokens de acesso que valham, e as outras os têm', async () => {
    const [encerrada, outra] = [randomUUID(), randomUUID()];
    const [dela, daOutra] = [await token(encerrada), await token(outra)];
    expect((await app.get('/eu', { token: dela })).status).toBe(200);
    await tell(encerrada);
    expect(await refusedBy(app, dela)).toMatchObject({ code: 'auth.sessao-encerrada' });
    expect((await app.get('/eu', { token: daOutra })).status).toBe(200);
  });

  it('são ouvidas também por quem começa depois', async () => {
    const encerrada = randomUUID();
    await tell(encerrada);
    const tardio = await start(redisUrl);
    expect(await refusedBy(tardio, await token(encerrada))).toMatchObject({ code: 'auth.sessao-encerrada' });
    await tardio.stop();
  });

  it('que não se podem ouvir não fazem recusar ninguém, e a métrica o diz', async () => {
    const surdo = await start('redis://127.0.0.1:1');
    expect((await surdo.get('/eu', { token: await token(randomUUID()) })).status).toBe(200);
    const demora = async () =>
      Number(
        /^revogacoes_sem_ouvir_segundos(?:\{.*\})? (\S+)/m.exec(
          await (await fetch(`${surdo.url}/metrics`)).text(),
        )?.[1],
      );
    // The other application of this process hears, and the metric is the process's own.
    await app.stop();
    expect(await eventually(async () => (await demora()) > 1.5, 30_000)).toBe(true);
    await surdo.stop();
    app = await start(redisUrl);
  });

  it('são esquecidas quando nenhum token delas poderia valer, e nunca são mais do que cabem', () => {
    const revogacoes = new Revogacoes();
    revogacoes.add('passada', new Date(Date.now() - 1));
    expect(revogacoes.has('passada')).toBe(false);
    const ate = new Date(Date.now() + 600_000);
    for (let each = 0; each <= MAX_REVOCATIONS; each++) revogacoes.add(`sessao-${each}`, ate);
    expect([revogacoes.has('sessao-0'), revogacoes.has(`sessao-${MAX_REVOCATIONS}`)]).toEqual([false, true]);
  });
});
