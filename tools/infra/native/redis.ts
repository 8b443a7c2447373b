import { createHash } from 'node:crypto';
import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheUsers } from '../secrets.ts';
import { accountFor, privateFolder } from './account.ts';
import type { NativeServer, ServerContext } from './native-server.ts';

export function redis({ installation, folder, ports, secrets, durable }: ServerContext): NativeServer {
  const account = accountFor('redis');
  const data = join(folder, 'redis');
  const configuration = join(data, 'redis.conf');
  return {
    name: 'redis',
    port: ports.redis,
    command: installation.redisServer,
    args: [configuration],
    folder: data,
    env: {},
    account,
    stopSignal: 'SIGTERM',
    prepare: () => {
      privateFolder(data, account);
      // In a file, since other users of the machine can read a command line.
      const lines = [
        `bind 127.0.0.1`,
        `port ${ports.redis}`,
        `dir ${data}`,
        `requirepass ${secrets.redis}`,
        ...cacheUsers.map((user) => `user ${user} on #${sha256(secrets.caches[user])} ${rightsTo(user)}`),
        `appendonly ${durable ? 'yes' : 'no'}`,
        `save ""`,
        `daemonize no`,
      ];
      writeFileSync(configuration, `${lines.join('\n')}\n`, { mode: 0o600 });
      if (account) chownSync(configuration, account.uid, account.gid);
    },
  };
}

/** Its own keys, which sessions auth has ended, to be read, and no command that tells of others' or of the server but what a client asks on connecting. */
const rightsTo = (user: string): string =>
  `~${user}:* %R~auth:revogacoes resetchannels +@all -@admin -@dangerous +info`;

const sha256 = (password = ''): string => createHash('sha256').update(password).digest('hex');
