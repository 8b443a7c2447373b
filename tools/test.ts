import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { build } from './cli/build.ts';
import { command, text } from './cli/command.ts';
import type { Values } from './cli/commands.mjs';
import { consentOf } from './cli/terminal.ts';
import type { ServerUrls } from './infra/connection-urls.ts';
import { freePortOffset } from './infra/ports.ts';
import { deleteInstanceData, planServers, stopServers } from './infra/servers.ts';
import { userSettings } from './platform/settings.ts';
import { claimInstance } from './platform/state.ts';
import { endToEndTests, isolatedTests, runJest, verdictOf, type JestRun } from './testing/jest-runs.ts';
import { isEndToEnd, isUnit, selectSpecs } from './testing/specs.ts';

/** Servers of our own on other ports and with other data, so that a running platform is not disturbed. */
const instance = 'test';

/** See `TestDatabase`: databases that those of the tests are copied from, of this run alone. */
const modelPrefix = `modelo_${randomBytes(4).toString('hex')}_`;

await command('test', async ({ values, operands, infra, yes }) => {
  // What cannot find a test is refused before a server starts for it.
  const files = selectSpecs(operands);
  const jest = [...jestOptions(values), ...operands];
  const started = Date.now();
  const coverage = values.cobertura === true;
  if (files.every(isUnit)) return runSuites(files, jest, coverage, {});
  const portOffset = await freePortOffset(1_000);
  const release = claimInstance(instance, portOffset);
  // The servers that the user names hold data: tests use them only when told to.
  const env = infra === 'external' ? { ...process.env, ...userSettings(process.env) } : {};
  const plan = await planServers({
    instance,
    portOffset,
    infra,
    durable: false,
    dieWithUs: true,
    consent: consentOf(yes),
    env,
  });
  const cleanUp = async (): Promise<void> => {
    await stopServers(instance, portOffset, plan.mode, 'at once');
    await deleteInstanceData(instance, portOffset);
    release();
  };
  cleanUpOnSignal(cleanUp);
  try {
    // The applications run compiled; every other test takes the sources.
    const compiles = files.some(isEndToEnd);
    console.log(`Servidores de teste em modo ${plan.mode} (${plan.reason})${compiles ? ' e compilação' : ''}…`);
    const [{ urls }] = await Promise.all([plan.start(console.log), compiles ? build() : undefined]);
    console.log(`Prontos em ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
    try {
      return await runSuites(files, jest, coverage, serverEnvironment(urls, files.length > 1));
    } finally {
      if (plan.mode === 'external') await dropModels(urls.postgres);
    }
  } finally {
    await cleanUp();
  }
});

/** The options that Jest is to get; the paths follow. */
function jestOptions(values: Values): string[] {
  const name = text(values.testNamePattern);
  const switches = (['runInBand', 'bail', 'verbose'] as const).filter((option) => values[option] === true);
  return [...switches.map((option) => `--${option}`), ...(name === undefined ? [] : [`--testNamePattern=${name}`])];
}

/** @param models of databases are worth making: there are several who copy them */
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

async function runSuites(
  files: string[],
  jest: string[],
  coverage: boolean,
  servers: NodeJS.ProcessEnv,
): Promise<number> {
  const env = { ...process.env, NODE_ENV: 'test', ...servers };
  const runs: JestRun[] = [];
  if (!files.every(isEndToEnd)) runs.push(await runJest(isolatedTests(jest, coverage), env));
  if (files.some(isEndToEnd)) runs.push(await runJest(endToEndTests(jest), env));
  const { line, remarks, exitCode } = verdictOf(runs);
  for (const remark of remarks) console.log(remark);
  console.log(`\n${line}`);
  return exitCode;
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
