import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, HttpCode, Inject, Module, Param, Post } from '@nestjs/common';
import { eventually, TestApp, TestDatabase, testEnvironment, TokenIssuer } from '@plataforma/testing';
import { Permite } from './auth.js';
import { databaseSettings, loadConfig, processSettings } from './config.js';
import { Database } from './database.js';
import { Idempotente } from './idempotency.js';
import { Problem } from './problem.js';
import { PlatformModule, platformMigrations } from './platform-module.js';

const ANA = '0192f0c4-0000-7000-8000-000000000001';
const BIA = '0192f0c4-0000-7000-8000-000000000002';
const gate = { entered: 0, fails: false, wait: undefined as Promise<void> | undefined };

@Controller('v1/pedidos')
class PedidosController {
  constructor(@Inject(Database) private readonly database: Database) {}

  @Post()
  @Permite('reservas.fazer')
  @Idempotente()
  async criar(@Body() body: { item: string }) {
    gate.entered++;
    const [row] = await this.database.query<{ id: number }>('INSERT INTO pedidos (item) VALUES ($1) RETURNING id', [
      body.item,
    ]);
    await gate.wait;
    if (gate.fails) throw new Problem(422, 'teste.recusado', 'Recusado');
    return { id: row?.id, item: body.item };
  }

  @Post(':id/cancelamento')
  @Permite('reservas.fazer')
  @Idempotente()
  @HttpCode(204)
  async cancelar(@Param('id') id: string): Promise<void> {
    gate.entered++;
    await this.database.change('DELETE FROM pedidos WHERE id = $1', [id]);
  }

  @Post('comum')
  @Permite('reservas.fazer')
  async comum() {
    return { vez: ++gate.entered };
  }
}

@Module({ controllers: [PedidosController] })
class Pedidos {}

describe('Uma Idempotency-Key', () => {
  let database: TestDatabase;
  let issuer: TokenIssuer;
  let app: TestApp;
  let ana: string;
  let bia: string;

  beforeAll(async () => {
    [database, issuer] = await Promise.all([TestDatabase.create('auth', [platformMigrations]), TokenIssuer.start()]);
    await database.query('CREATE TABLE pedidos (id serial PRIMARY KEY, item text NOT NULL)');
    await database.query('GRANT ALL ON pedidos, pedidos_id_seq TO auth_app');
    const config = loadConfig({ ...processSettings, ...databaseSettings }, testEnvironment({ issuer, database }));
    app = await TestApp.start(
      { module: Pedidos, imports: [PlatformModule.with({ name: 'teste', config, database: config })] },
      { name: 'teste', description: '', problems: {} },
    );
    [ana, bia] = await Promise.all([issuer.token(ANA), issuer.token(BIA)]);
  });
  afterAll(async () => {
    await app.stop();
    await Promise.all([database.drop(), issuer.stop()]);
  });
  beforeEach(async () => {
    Object.assign(gate, { entered: 0, fails: false, wait: undefined });
    await database.query('TRUNCATE pedidos, idempotencia');
  });

  const order = (key: string | undefined, item = 'café', token = ana) =>
    app.post('/v1/pedidos', { item }, { token, headers: key === undefined ? {} : { 'idempotency-key': key } });
  const rows = async () => (await database.query('SELECT * FROM pedidos')).length;

  it('faz uma repetição receber a primeira resposta, e não ter efeito', async () => {
    const first = await order('chave-0001');
    const second = await order('chave-0001');
    expect(first).toMatchObject({ status: 201, body: { item: 'café' } });
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await rows()).toBe(1);
    expect(gate.entered).toBe(1);
  });

  it('repete também uma resposta vazia', async () => {
    const cancel = () =>
      app.post('/v1/pedidos/1/cancelamento', undefined, { token: ana, headers: { 'idempotency-key': 'chave-0001' } });
    expect(await cancel()).toMatchObject({ status: 204, body: '' });
    expect(await cancel()).toMatchObject({ status: 204, body: '' });
    expect(gate.entered).toBe(1);
  });

  it('com outro corpo é recusada', async () => {
    await order('chave-0001');
    expect(await order('chave-0001', 'chá')).toMatchObject({
      status: 422,
      body: { code: 'idempotencia.corpo-diferente' },
    });
    expect(await rows()).toBe(1);
  });

  it('recebe 409 enquanto a primeira ainda corre', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gate.wait = promise;
    const first = order('chave-0001');
    await eventually(() => gate.entered === 1);
    const second = await order('chave-0001');
    expect(second).toMatchObject({ status: 409, body: { code: 'idempotencia.em-andamento' } });
    expect(second.headers.get('retry-after')).toBe('1');
    resolve();
    expect((await first).status).toBe(201);
    expect(await order('chave-0001')).toMatchObject({ status: 201, body: (await first).body });
    expect(await rows()).toBe(1);
  });

  it('tem efeito uma vez por mais que tentem ao mesmo tempo', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => order('chave-0001')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(
      new Set([201, 409].filter((s) => answers.some(({ status }) => status === s))),
    );
    expect(answers.some(({ status }) => status === 201)).toBe(true);
    expect(await rows()).toBe(1);
  });

  it('de uma tentativa que falhou pode ser usada de novo: nada dela foi guardado', async () => {
    gate.fails = true;
    expect(await order('chave-0001')).toMatchObject({ status: 422, body: { code: 'teste.recusado' } });
    expect(await rows()).toBe(0);
    expect(await database.query('SELECT * FROM idempotencia')).toEqual([]);
    gate.fails = false;
    expect(await order('chave-0001', 'outro item')).toMatchObject({ status: 201 });
  });

  it('é de um usuário, e de uma rota', async () => {
    await order('chave-0001');
    expect(await order('chave-0001', 'chá', bia)).toMatchObject({ status: 201, body: { item: 'chá' } });
    const cancel = await app.post('/v1/pedidos/1/cancelamento', undefined, {
      token: ana,
      headers: { 'idempotency-key': 'chave-0001' },
    });
    expect(cancel.status).toBe(204);
    expect(gate.entered).toBe(3);
  });

  it.each(['curta', 'a'.repeat(129), 'com espaço', 'acentuação-0001'.normalize('NFC')])(
    'como %p é recusada',
    async (key) => {
      expect(await order(encodeURI(key) === key ? key : Buffer.from(key).toString('latin1'))).toMatchObject({
        status: 400,
        body: { code: 'idempotencia.chave-invalida' },
      });
      expect(await rows()).toBe(0);
    },
  );

  it('é opcional, e nada quer dizer onde nada se cria', async () => {
    await order(undefined);
    await order(undefined);
    expect(await rows()).toBe(2);
    const headers = { 'idempotency-key': 'chave-0001' };
    await app.post('/v1/pedidos/comum', {}, { token: ana, headers });
    expect(await app.post('/v1/pedidos/comum', {}, { token: ana, headers })).toMatchObject({ body: { vez: 4 } });
  });
});
