import { randomBytes, randomUUID } from 'node:crypto';
import type { SessaoHttp, UsuarioHttp } from '@plataforma/contracts';
import { loadConfig } from '@plataforma/platform';
import { freePort, TestApp, TestBroker, TestDatabase, testEnvironment } from '@plataforma/testing';
import { AppModule, application, migrations } from '../src/app.module.js';
import { UsuarioRepository } from '../src/application/ports.js';
import { settings } from '../src/config.js';
import { usuarioToHttp } from '../src/presentation/to-http.js';

export const SENHA = 'o rato roeu a roupa';
export const emailNovo = (): string => `pessoa-${randomUUID()}@exemplo.com`;

/** The auth service in the test's process, on servers of the test's own; as many instances as asked for. */
export class AuthFixture {
  private readonly apps: TestApp[] = [];
  readonly chaveMestra = randomBytes(32).toString('base64');

  private constructor(
    readonly database: TestDatabase,
    readonly broker: TestBroker,
  ) {}

  static async create(): Promise<AuthFixture> {
    const [database, broker] = await Promise.all([TestDatabase.create('auth', migrations), TestBroker.create('auth')]);
    return new AuthFixture(database, broker);
  }

  /** One more instance; `env` overrides settings. */
  async start(env: Record<string, string> = {}): Promise<TestApp> {
    const port = await freePort();
    const origem = `http://127.0.0.1:${port}`;
    const issuer = {
      settings: {
        JWKS_URL: `${origem}/.well-known/jwks.json`,
        JWT_ISSUER: 'http://auth.teste',
        JWT_AUDIENCE: 'plataforma',
      },
    };
    const config = loadConfig(settings, {
      ...testEnvironment({ database: this.database, broker: this.broker, issuer }),
      AUTH_CHAVE_MESTRA: this.chaveMestra,
      // All the people of a spec come from one address.
      REGISTROS_ENDERECO: '100000',
      ...env,
    });
    const app = await TestApp.start(
      AppModule.with(config),
      { ...application, trustedProxies: config.PROXIES_CONFIAVEIS },
      { port },
    );
    this.apps.push(app);
    return app;
  }

  async stop(): Promise<void> {
    await Promise.all(this.apps.map((app) => app.stop()));
    await Promise.all([this.database.drop(), this.broker.drop()]);
  }
}

/** Opens an account; the answer says nothing of it, so that it is read where it is. */
export async function registrar(app: TestApp, email = emailNovo()): Promise<UsuarioHttp> {
  const { status, body } = await app.post('/v1/usuarios', { nome: 'Ana Souza', email, senha: SENHA });
  if (status !== 202) throw new Error(`O registro respondeu ${status}: ${JSON.stringify(body)}`);
  const conta = await app.nest.get(UsuarioRepository).findByEmail(email);
  if (!conta) throw new Error(`Não há conta de ${email}`);
  return usuarioToHttp(conta.usuario);
}

export async function entrar(app: TestApp, email: string, senha = SENHA): Promise<SessaoHttp> {
  const { status, body } = await app.post<SessaoHttp>('/v1/sessoes', { email, senha });
  if (status !== 201) throw new Error(`O login respondeu ${status}: ${JSON.stringify(body)}`);
  return body;
}
