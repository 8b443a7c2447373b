import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { operacoesDe } from '@plataforma/contracts';
import { loadConfig, Operacao } from '@plataforma/platform';
import { eventually, FakePlatform, TestApp, testEnvironment } from '@plataforma/testing';
import { z } from 'zod';
import { BffModule, bffSettings } from '../src/index.js';
import { LimiteDeMultidao } from '../src/limite-de-multidao.js';

const reservar = operacoesDe('reservas')({
  metodo: 'POST',
  rota: '/v1/salas',
  grupo: 'salas',
  resumo: 'Reserva uma sala',
  acesso: 'espacos.administrar',
  idempotente: 'OPCIONAL',
  corpo: z.strictObject({ cor: z.string() }).meta({ example: { cor: 'azul' } }),
  respostas: { 204: {} },
});

/** Who came, and when all go. */
let came = 0;
let going = Promise.withResolvers<void>();

@Controller()
class SalasController {
  @Operacao(reservar)
  async reservar(): Promise<void> {
    came++;
    await going.promise;
  }
}

describe('Uma multidão que quer o mesmo', () => {
  const application = { name: 'bff-de-teste', description: '', problems: {} };
  let platform: FakePlatform;
  let app: TestApp;
  let token: string;

  beforeAll(async () => {
    platform = await FakePlatform.start();
    const config = loadConfig(bffSettings, { ...testEnvironment(platform), ...platform.settings });
    app = await TestApp.start(BffModule.with({ ...application, config, controllers: [SalasController] }), application);
    token = await platform.issuer.token('0192f0c4-0000-7000-8000-00000000000a', ['ADMIN']);
  });
  afterAll(async () => {
    await app.stop();
    await platform.stop();
  });
  beforeEach(() => {
    came = 0;
    going = Promise.withResolvers();
  });
  afterEach(() => going.resolve());

  let keys = 0;
  const want = (cor: string, key: string | undefined = `pedido-${1000 + keys++}`, as: string | undefined = token) =>
    app.send('POST', '/v1/salas', {
      ...(as && { token: as }),
      body: { cor },
      headers: { ...(key && { 'idempotency-key': key }) },
    });
  const asking = () => app.nest.get(LimiteDeMultidao, { strict: false }).size;
  const ask = (times: number, ...what: Parameters<typeof want>) => Array.from({ length: times }, () => want(...what));

  it('é atendida até certo ponto, poucos de cada vez; os outros ouvem 503 com Retry-After, antes de se perguntar quem são', async () => {
    const taken = ask(256, 'azul');
    await eventually(() => came === 16 && asking() === 256);
    const refused: Awaited<ReturnType<typeof want>>[] = [];
    for (const asked of [...ask(20, 'azul'), want('azul', 'pedido-sem-token', '')])
      void asked.then((answer) => refused.push(answer));
    await eventually(() => refused.length === 21);
    for (const { status, body, headers } of refused)
      expect([status, body['code'], headers.get('retry-after')]).toEqual([503, 'servico.indisponivel', '1']);
    expect(came).toBe(16);
    const first = going;
    going = Promise.withResolvers();
    first.resolve();
    // Some have their answers, and the next are asked; nobody who comes only now is.
    await eventually(() => came === 32);
    expect((await want('azul')).status).toBe(503);
    going.resolve();
    for (const { status } of await Promise.all(taken)) expect(status).toBe(204);
    await eventually(() => asking() === 0);
    expect((await want('azul')).status).toBe(204);
  });

  it('não tira a vez de quem quer outra coisa, nem de quem não cria nada sob uma chave', async () => {
    const crowd = [...ask(256, 'azul'), ...ask(300, 'verde', '')];
    await eventually(() => came === 316);
    const others = ask(10, 'amarelo');
    await eventually(() => came === 326);
    going.resolve();
    for (const { status } of await Promise.all([...crowd, ...others])) expect(status).toBe(204);
  });
});
