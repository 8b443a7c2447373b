import { join } from 'node:path';
import { instanceFolder } from '../../cli/paths.ts';
import { UserError } from '../../cli/user-error.ts';
import { until } from '../../processes/deadline.ts';
import { TrackedProcess, tail } from '../../processes/tracked-process.ts';
import { ownAdminUrls, type AdminUrls } from '../connection-urls.ts';
import { requireFreePorts } from '../ports.ts';
import { probeListener, probePostgres, probeRabbitmq, probeRedis } from '../readiness.ts';
import { asAccount } from './account.ts';
import type { NativeServer, ServerContext } from './native-server.ts';
import { postgres } from './postgres.ts';
import { epmd, rabbitmq } from './rabbitmq.ts';
import { redis } from './redis.ts';

const readyWithinMs = 90_000;

export const serverRecordsFolder = (instance: string): string =>
  join(instanceFolder(instance), 'processos', 'servidores');

/** Starts the three servers side by side; when one fails, stops the others before it throws. */
export async function startNativeServers(context: ServerContext): Promise<AdminUrls> {
  await stopNativeServers(context.instance);
  await requireFreePorts(
    {
      PostgreSQL: context.ports.postgres,
      Redis: context.ports.redis,
      RabbitMQ: context.ports.amqp,
      'administração do RabbitMQ': context.ports.management,
      'métricas do RabbitMQ': context.ports.prometheus,
      'distribuição do Erlang': context.ports.distribution,
      epmd: context.ports.epmd,
    },
    context,
  );
  const urls = ownAdminUrls(context.ports, context.secrets);
  const starts = await Promise.allSettled([
    startNativeServer(context, 'postgres'),
    startNativeServer(context, 'redis'),
    // RabbitMQ would start an epmd of its own if ours did not answer yet.
    runServer(context, epmd(context), () => probeListener(context.ports.epmd)).then(() =>
      startNativeServer(context, 'rabbitmq'),
    ),
  ]);
  const failure = starts.find((start) => start.status === 'rejected');
  if (failure) {
    await stopNativeServers(context.instance);
    throw failure.reason;
  }
  return urls;
}

export type NativeServerName = 'postgres' | 'redis' | 'rabbitmq';

/** Starts one server, the first time or after it ended, and waits until it is ready. @throws UserError when it is not */
export function startNativeServer(context: ServerContext, name: NativeServerName): Promise<void> {
  const urls = ownAdminUrls(context.ports, context.secrets);
  switch (name) {
    case 'postgres':
      return runServer(context, postgres(context), () => probePostgres(urls.postgres));
    case 'redis':
      return runServer(context, redis(context), () => probeRedis(urls.redis));
    case 'rabbitmq':
      return runServer(context, rabbitmq(context), () => probeRabbitmq(urls.rabbitmq, urls.rabbitmqManagement));
  }
}

/** RabbitMQ takes 6 s to stop in good order, which is wasted on data that is thrown away. */
export type StopManner = 'in good order' | 'at once';

/** Stops the servers of the instance that we started, and nothing else. */
export async function stopNativeServers(instance: string, manner: StopManner = 'in good order'): Promise<void> {
  const stopWithinMs = manner === 'in good order' ? 20_000 : 300;
  const servers = TrackedProcess.all(serverRecordsFolder(instance));
  const [nameServer, others] = [servers.filter(isEpmd), servers.filter((server) => !isEpmd(server))];
  await Promise.all(others.map((server) => server.stop(stopWithinMs)));
  await Promise.all(nameServer.map((server) => server.stop(stopWithinMs)));
}

const isEpmd = (server: TrackedProcess): boolean => server.record.name === 'epmd';

/** Starts a server, also one beside the three, and waits until the probe succeeds. @throws UserError when it does not */
export async function runServer(
  context: ServerContext,
  server: NativeServer,
  probe: () => Promise<void>,
): Promise<void> {
  const started = await launch(context, server);
  const failed = (reason: string): UserError =>
    new UserError(
      `O servidor ${server.name} ${reason}. Últimas linhas de ${logFile(context, server)}:\n${tail(logFile(context, server))}`,
    );
  const requireRunning = (): void => {
    if (!started.isRunning) throw failed('terminou ao iniciar');
  };
  // Whoever answers in the place of one that ended is somebody else.
  await until(() => probe().then(requireRunning), readyWithinMs, requireRunning).catch((error: unknown) => {
    throw error instanceof UserError
      ? error
      : failed(`não ficou pronto em ${readyWithinMs / 1000} s (${String(error)})`);
  });
}

async function launch(context: ServerContext, server: NativeServer): Promise<TrackedProcess> {
  server.prepare();
  const { command, args } = asAccount(
    server.account,
    server.command,
    server.args,
    context.dieWithUs ? server.stopSignal : undefined,
  );
  return TrackedProcess.launch({
    name: server.name,
    command,
    args,
    env: { ...inheritedEnv(), ...context.installation.env, ...server.env },
    cwd: server.folder,
    logFile: logFile(context, server),
    recordsFolder: serverRecordsFolder(context.instance),
    port: server.port,
    stopSignal: server.stopSignal,
  });
}

/** A server needs to find programs, and must not see the user's settings for another server (PGDATA, RABBITMQ_*, secrets). */
function inheritedEnv(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LANG: 'C.UTF-8', TZ: 'UTC' };
}

function logFile(context: ServerContext, server: NativeServer): string {
  return join(instanceFolder(context.instance), 'logs', `${server.name}.log`);
}
