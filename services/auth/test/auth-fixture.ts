import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { SessaoHttp, UsuarioHttp } from '@plataforma/contracts';
import { loadConfig } from '@plataforma/platform';
import {
  eventually,
  freePort,
  TestApp,
  type TestAppOptions,
  TestBroker,
  TestDatabase,
  testEnvironment,
} from '@plataforma/testing';
import { AppModule, application, migrations } from '../src/app.module.js';
import { UsuarioRepository } from '../src/application/ports.js';
import { settings } from '../src/config.js';
import { usuarioToHttp } from '../src/presentation/to-http.js';

export const SENHA = 'o rato roeu a roupa';
export const emailNovo = (): string => `pessoa-${randomUUID()}@exemplo.com`;

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** The auth service in the test's process, on servers of the test's own; as many instances as asked for. */
export class AuthFixture {
  private readonly apps: TestApp[] = [];
  private readonly processes = new Set<ChildProcess>();
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
  async start(env: Record<string, string> = {}, consumers?: TestAppOptions['consumers']): Promise<TestApp> {
    const port = await freePort();
    const config = loadConfig(settings, {
      ...this.environment(port),
      // All the people of a spec come from one address.
      REGISTROS_ENDERECO: '100000',
      ...env,
    });
    const app = await TestApp.start(
      AppModule.with(config),
      { ...application, trustedProxies: config.PROXIES_CONFIAVEIS },
      { port, ...(consumers && { consumers }) },
    );
    this.apps.push(app);
    return app;
  }

  /** The id of a space that reservas has told of, to an instance that consumes `auth.espacos`. */
  async espaco(): Promise<string> {
    const espacoId = randomUUID();
    await this.broker.publish('espaco.alterado.v1', { espacoId, versao: 1 });
    await eventually(
      async () => (await this.database.query('SELECT FROM espacos_conhecidos WHERE id = $1', [espacoId])).length > 0,
    );
    return espacoId;
  }

  /** One more instance in a process of its own, which dies where the failpoint says; at a free port, or that. The build has to be there. */
  async launch(failpoint?: string, at?: number): Promise<ChildProcess> {
    const port = at ?? (await freePort());
    const child = spawn(process.execPath, [MAIN], {
      env: {
        ...process.env,
        ...this.environment(port),
        PORT: String(port),
        ...(failpoint !== undefined && { FAILPOINT: failpoint }),
      },
      stdio: 'ignore',
    });
    this.processes.add(child);
    child.once('exit', () => this.processes.delete(child));
    return child;
  }

  /**
   * A person's request to one more instance, which dies of it.
   * @returns what was answered, if anything was
   */
  async fatalRequest(
    failpoint: string,
    method: string,
    path: string,
    token: string,
    body?: object,
  ): Promise<number | undefined> {
    const port = await freePort();
    const child = await this.launch(failpoint, port);
    const url = `http://127.0.0.1:${port}`;
    await eventually(async () => (await fetch(`${url}/health/ready`).catch(() => undefined))?.ok, 120_000);
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    }).catch(() => undefined);
    if ((await eventually(() => child.signalCode, 120_000)) !== 'SIGKILL') throw new Error('A instância não morreu');
    return answer?.status;
  }

  /** Ends an instance at once, as a machine that goes down does. */
  async kill(child: ChildProcess): Promise<void> {
    if (!this.processes.has(child)) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.apps.map((app) => app.stop()), ...[...this.processes].map((child) => this.kill(child))]);
    await Promise.all([this.database.drop(), this.broker.drop()]);
  }

  private environment(port: number): Record<string, string> {
    const issuer = {
      settings: {
        JWKS_URL: `http://127.0.0.1:${port}/.well-known/jwks.json`,
        JWT_ISSUER: 'http://auth.teste',
        JWT_AUDIENCE: 'plataforma',
      },
    };
    return {
      ...testEnvironment({ database: this.database, broker: this.broker, issuer }),
      AUTH_CHAVE_MESTRA: this.chaveMestra,
    };
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
