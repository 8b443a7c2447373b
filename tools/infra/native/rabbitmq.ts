import { chmodSync, chownSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rabbitmqUser, rabbitmqVhost } from '../connection-urls.ts';
import { accountFor, privateFolder, type Account } from './account.ts';
import type { NativeServer, ServerContext } from './native-server.ts';

/**
 * Erlang's name server, run by us so that it can be stopped by its own pid: started by RabbitMQ, it would outlive it.
 */
export function epmd({ installation, folder, ports }: ServerContext): NativeServer {
  const account = accountFor('rabbitmq');
  return {
    name: 'epmd',
    port: ports.epmd,
    command: installation.epmd,
    args: ['-address', '127.0.0.1', '-port', String(ports.epmd)],
    folder: join(folder, 'rabbitmq'),
    env: {},
    account,
    stopSignal: 'SIGTERM',
    prepare: () => void privateFolder(join(folder, 'rabbitmq'), account),
  };
}

/** @param more lines of configuration, such as of a node that joins another */
export function rabbitmq(
  { instance, installation, folder, ports, secrets }: ServerContext,
  more: readonly string[] = [],
): NativeServer {
  const account = accountFor('rabbitmq');
  const home = join(folder, 'rabbitmq');
  const path = (name: string): string => join(home, name);
  return {
    name: 'rabbitmq',
    port: ports.amqp,
    command: installation.rabbitmqServer,
    args: [],
    folder: home,
    account,
    stopSignal: 'SIGTERM',
    env: {
      HOME: home,
      RABBITMQ_NODENAME: `${instance}@localhost`,
      RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
      RABBITMQ_DIST_PORT: String(ports.distribution),
      RABBITMQ_MNESIA_BASE: path('mnesia'),
      RABBITMQ_LOG_BASE: path('log'),
      RABBITMQ_LOGS: '-',
      RABBITMQ_GENERATED_CONFIG_DIR: path('config'),
      RABBITMQ_ENABLED_PLUGINS_FILE: path('enabled_plugins'),
      RABBITMQ_CONFIG_FILE: path('rabbitmq.conf'),
      // A file that does not exist, so that the system's own settings are not read.
      RABBITMQ_CONF_ENV_FILE: path('rabbitmq-env.conf'),
      RABBITMQ_ADVANCED_CONFIG_FILE: path('advanced.config'),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS:
        '-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none',
      ERL_EPMD_PORT: String(ports.epmd),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      // Makes the script become the Erlang VM, so that the pid we know is the broker's own.
      RUNNING_UNDER_SYSTEMD: 'true',
      NOTIFY_SOCKET: undefined,
    },
    prepare: () => {
      privateFolder(home, account);
      const lines = [
        'listeners.tcp.1 = 127.0.0.1:' + ports.amqp,
        'management.tcp.ip = 127.0.0.1',
        'management.tcp.port = ' + ports.management,
        'prometheus.tcp.ip = 127.0.0.1',
        'prometheus.tcp.port = ' + ports.prometheus,
        // Created on the first boot in place of guest.
        'default_user = ' + rabbitmqUser,
        'default_pass = ' + secrets.rabbitmq,
        'default_vhost = ' + rabbitmqVhost,
        'default_user_tags.administrator = true',
        'disk_free_limit.absolute = 256MB',
        'log.console.level = info',
        ...more,
      ];
      privateFile(path('rabbitmq.conf'), `${lines.join('\n')}\n`, account);
      privateFile(path('enabled_plugins'), '[rabbitmq_management,rabbitmq_prometheus].\n', account);
      // Erlang refuses a cookie that anybody but its owner can read; being read-only, it must be removed to be rewritten.
      rmSync(path('.erlang.cookie'), { force: true });
      privateFile(path('.erlang.cookie'), secrets.rabbitmqCookie, account);
      chmodSync(path('.erlang.cookie'), 0o400);
    },
  };
}

function privateFile(path: string, content: string, account: Account | undefined): void {
  writeFileSync(path, content, { mode: 0o600 });
  if (account) chownSync(path, account.uid, account.gid);
}
