import { connect } from 'amqplib';
import { vhostOf, type ServerUrls } from './connection-urls.ts';
import { manage } from './rabbitmq-management.ts';
import { brokerUsers } from './secrets.ts';

/**
 * Declares exchanges and queues, and a user for each application with no more rights than it needs; safe to repeat.
 * The libraries must have been compiled: what there is to declare, and to allow, is theirs to say.
 */
export async function provisionBroker(
  urls: Pick<ServerUrls, 'rabbitmq' | 'rabbitmqManagement' | 'brokers'>,
): Promise<void> {
  const [{ assertTopology }, { brokerAccess }] = await Promise.all([
    import('@plataforma/messaging/topology'),
    import('@plataforma/messaging/access'),
  ]);
  const connection = await connect(urls.rabbitmq, { timeout: 5_000 });
  try {
    await assertTopology(await connection.createChannel());
  } finally {
    await connection.close();
  }
  const vhost = vhostOf(urls.rabbitmq);
  const users = brokerUsers
    // Where users cannot be created everybody is given the one there is.
    .filter((name) => urls.brokers[name] !== urls.rabbitmq)
    .map((name) => ({ ...credentialsOf(urls.brokers[name]), access: brokerAccess[name] }));
  if (users.length === 0) return;
  await manage(urls.rabbitmqManagement, 'POST', '/api/definitions', {
    users: users.map(({ name, password, access: { tags } }) => ({ name, password, tags })),
    permissions: users.map(({ name: user, access: { write, read, configure = '^$' } }) => ({
      user,
      vhost,
      configure,
      write,
      read,
    })),
    topic_permissions: users.flatMap(({ name: user, access: { topics, bound = {} } }) =>
      Object.entries(topics).map(([exchange, write]) => ({
        user,
        vhost,
        exchange,
        write,
        read: bound[exchange] ?? '^$',
      })),
    ),
  });
}

function credentialsOf(url: string): { name: string; password: string } {
  const { username, password } = new URL(url);
  return { name: decodeURIComponent(username), password: decodeURIComponent(password) };
}
