import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventStore } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import { eventually, type TestApp } from '@plataforma/testing';
import { DarPapel } from '../src/application/dar-papel.js';
import { EmailEmUso, SenhaComum, SenhaCurta } from '../src/domain/errors.js';
import { Argon2Hash, ListaDeSenhasComuns } from '../src/infrastructure/argon2-hash.js';
import { ContarAcessos } from '../src/application/contar-acessos.js';
import { PgUsuarioRepository } from '../src/infrastructure/pg-usuario-repository.js';
import { AuthFixture, emailNovo, entrar, registrar, SENHA } from './auth-fixture.js';

describe('Papéis que ninguém dá a si mesmo', () => {
  let auth: AuthFixture;
  let app: TestApp;
  let asApp: Database;
  let asOwner: Database;

  const handlerOn = (database: Database) => {
    const eventos = new EventStore(database, () => undefined);
    return new DarPapel(
      new PgUsuarioRepository(database, eventos, new ContarAcessos(database, eventos)),
      new Argon2Hash(),
      new ListaDeSenhasComuns(),
    );
  };

  beforeAll(async () => {
    auth = await AuthFixture.create();
    app = await auth.start();
    const { options } = auth.database;
    asApp = new Database(options);
    asOwner = new Database({ ...options, DATABASE_URL: auth.database.ownerUrl });
    await Promise.all([asApp.connect(), asOwner.connect()]);
  }, 60_000);
  afterAll(async () => {
    await Promise.all([asApp.close(), asOwner.close()]);
    await auth.stop();
  });

  it('vêm com uma conta nova, que entra com eles e é anunciada', async () => {
    const email = emailNovo();
    const criado = await handlerOn(asApp).criar({
      nome: 'Chefe',
      email: email.toUpperCase(),
      senha: SENHA,
      papel: 'ADMIN',
    });
    expect((await entrar(app, email)).usuario).toMatchObject({ id: criado.id, nome: 'Chefe', papeis: ['ADMIN'] });
    await eventually(() =>
      auth.broker.publishedOf('usuario.registrado.v1').find(({ data }) => data.usuarioId === criado.id),
    );
  });

  it('são acrescentados a uma conta, uma vez', async () => {
    const usuario = await registrar(app);
    const conta = await handlerOn(asApp).conta(usuario.email);
    if (!conta) throw new Error('a conta registrada não foi encontrada');
    await handlerOn(asOwner).promover(conta, 'ADMIN');
    await handlerOn(asOwner).promover(conta, 'ADMIN');
    expect((await entrar(app, usuario.email)).usuario.papeis).toEqual(['CLIENTE', 'ADMIN']);
  });

  it.each([
    ['curta', SenhaCurta],
    ['passwordpassword', SenhaComum],
  ])('não são dados com a senha %s', async (senha, erro) => {
    const email = emailNovo();
    await expect(handlerOn(asApp).criar({ nome: 'Chefe', email, senha, papel: 'ADMIN' })).rejects.toThrow(erro);
    expect(await handlerOn(asApp).conta(email)).toBeUndefined();
  });

  it('não abrem uma segunda conta para um endereço', async () => {
    const { email } = await registrar(app);
    await expect(handlerOn(asApp).criar({ nome: 'Chefe', email, senha: SENHA, papel: 'ADMIN' })).rejects.toThrow(
      EmailEmUso,
    );
  });
});
