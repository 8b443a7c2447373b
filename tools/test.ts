import { build } from './cli/build.ts';
import { command } from './cli/command.ts';
import { consentOf } from './cli/terminal.ts';
import type { ServerUrls } from './infra/connection-urls.ts';
import { freePortOffset } from './infra/ports.ts';
import { deleteServerData, planServers, stopServers } from './infra/servers.ts';
import { userSettings } from './platform/settings.ts';
import { claimInstance } from './platform/state.ts';
import { endToEndTests, isolatedTests, runJest, verdictOf } from './testing/jest-runs.ts';
import { parseTestArguments } from './testing/test-arguments.ts';

/** Servers of our own on other ports and with other data, so that a running platform is not disturbed. */
const instance = 'test';

await command(async (args) => {
  const { infra, yes, jest } = parseTestArguments(args);
  const release = claimInstance(instance);
  const portOffset = await freePortOffset(1_000);
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
    await deleteServerData(instance, portOffset, plan.mode);
    release();
  };
  cleanUpOnSignal(cleanUp);
  try {
    const started = Date.now();
    console.log(`Servidores de teste em modo ${plan.mode} (${plan.reason}) e compilação…`);
    const [{ urls }] = await Promise.all([plan.start(console.log), build()]);
    console.log(`Prontos em ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
    return await runSuites(urls, jest);
  } finally {
    await cleanUp();
  }
});

async function runSuites(urls: ServerUrls, jest: string[]): Promise<number> {
  const env = {
    ...process.env,
    NODE_ENV: 'test',
    TEST_INSTANCE: instance,
    TEST_SERVER_URLS: JSON.stringify(urls),
    TEST_POSTGRES_URL: urls.postgres,
    TEST_REDIS_URL: urls.redis,
    TEST_RABBITMQ_URL: urls.rabbitmq,
    TEST_RABBITMQ_MANAGEMENT_URL: urls.rabbitmqManagement,
  };
  const runs = [await runJest(isolatedTests(jest), env), await runJest(endToEndTests(jest), env)];
  const { line, remarks, exitCode } = verdictOf(runs);
  for (const remark of remarks) console.log(remark);
  console.log(`\n${line}`);
  return exitCode;
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
