import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { build } from '../cli/build.ts';
import type { InfraMode } from '../cli/command.ts';
import { consentOf } from '../cli/terminal.ts';
import type { ServerUrls } from '../infra/connection-urls.ts';
import { freePortOffset } from '../infra/ports.ts';
import { deleteInstanceData, planServers, stopServers } from '../infra/servers.ts';
import { userSettings } from '../platform/settings.ts';
import { claimInstance } from '../platform/state.ts';

/** Servers of our own on other ports and with other data, so that a running platform is not disturbed. */
const instance = 'test';

/** See `TestDatabase`: databases that those of the tests are copied from, of this run alone. */
const modelPrefix = `modelo_${randomBytes(4).toString('hex')}_`;

/** The servers of a run, which start when a test needs them. */
export class TestServers {
  private stopping: (() => Promise<void>) | undefined;
  private external: string | undefined;
  private started: Promise<ServerUrls> | undefined;

  private readonly infra: InfraMode | undefined;
  private readonly yes: boolean;

  constructor(infra: InfraMode | undefined, yes: boolean) {
    this.infra = infra;
    this.yes = yes;
  }

  /**
   * @param compiled whether the applications run too, which do so compiled; every other test takes the sources
   * @param models of databases are worth making: there are several who copy them
   */
  async environment(compiled: boolean, models: boolean): Promise<NodeJS.ProcessEnv> {
    const [urls] = await Promise.all([(this.started ??= this.start(compiled)), compiled ? build() : undefined]);
    return serverEnvironment(urls, models);
  }

  private async start(compiled: boolean): Promise<ServerUrls> {
    const started = Date.now();
    const portOffset = await freePortOffset(1_000);
    const release = claimInstance(instance, portOffset);
    // The servers that the user names hold data: tests use them only when told to.
    const env = this.infra === 'external' ? { ...process.env, ...userSettings(process.env) } : {};
    const plan = await planServers({
      instance,
      portOffset,
      infra: this.infra,
      durable: false,
      dieWithUs: true,
      consent: consentOf(this.yes),
      env,
    });
    this.stopping = async () => {
      await stopServers(instance, portOffset, plan.mode, 'at once');
      await deleteInstanceData(instance, portOffset);
      release();
    };
    cleanUpOnSignal(this.stopping);
    console.log(`Servidores de teste em modo ${plan.mode} (${plan.reason})${compiled ? ' e compilação' : ''}…`);
    const { urls } = await plan.start(console.log);
    if (plan.mode === 'external') this.external = urls.postgres;
    console.log(`Prontos em ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
    return urls;
  }

  async stop(): Promise<void> {
    try {
      if (this.external !== undefined) await dropModels(this.external);
    } finally {
      await this.stopping?.();
    }
  }
}

function serverEnvironment(urls: ServerUrls, models: boolean): NodeJS.ProcessEnv {
  return {
    TEST_INSTANCE: instance,
    ...(models && { TEST_MODEL_PREFIX: modelPrefix }),
    TEST_SERVER_URLS: JSON.stringify(urls),
    TEST_POSTGRES_URL: urls.postgres,
    TEST_REDIS_URL: urls.redis,
    TEST_RABBITMQ_URL: urls.rabbitmq,
    TEST_RABBITMQ_MANAGEMENT_URL: urls.rabbitmqManagement,
  };
}

/** Servers that are not ours outlive the run. */
async function dropModels(url: string): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    const { rows } = await admin.query<{ datname: string }>(
      'SELECT datname FROM pg_database WHERE starts_with(datname, $1)',
      [modelPrefix],
    );
    for (const { datname } of rows) await admin.query(`DROP DATABASE ${datname} WITH (FORCE)`);
  } finally {
    await admin.end();
  }
}

function cleanUpOnSignal(cleanUp: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      console.log('\nEncerrando os servidores de teste…');
      cleanUp().then(
        () => process.exit(130),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    });
  }
}
