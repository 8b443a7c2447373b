import { rmSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { instanceFolder } from '../cli/paths.ts';
import { ownAdminUrls, serverUrls } from '../infra/connection-urls.ts';
import { serverPorts } from '../infra/ports.ts';
import { loadSecrets } from '../infra/secrets.ts';
import { requireRunningServers } from './running-servers.ts';
import { writeState } from './state.ts';

const instance = `parada-${process.pid}`;
/** Where nobody listens. */
const portOffset = 37_000;

describe('Uma instância cujos servidores não executam', () => {
  afterEach(() => rmSync(instanceFolder(instance), { recursive: true, force: true }));

  it.each([
    ['native', `Inicie com: npm start -- --instance ${instance} --port-offset ${portOffset}`],
    ['external', 'São servidores seus'],
  ] as const)('(%s) é contada, pelo que não responde e o que fazer', async (infra, remedy) => {
    const secrets = loadSecrets(instanceFolder(instance));
    writeState({
      instance,
      portOffset,
      infra,
      servers: serverUrls(ownAdminUrls(serverPorts(portOffset), secrets), secrets),
      apps: {},
      demo: true,
      choices: {},
      stripe: { secretKey: '' },
    });
    const attempt = requireRunningServers(instance, 'postgres', 'rabbitmq');
    await expect(attempt).rejects.toThrow(/PostgreSQL: ninguém atende em .*\n.*RabbitMQ: ninguém atende em /);
    await expect(attempt).rejects.toThrow(remedy);
    await expect(attempt).rejects.not.toThrow(secrets.postgres);
  });

  it('talvez nunca tenha sido iniciada', async () => {
    await expect(requireRunningServers(instance, 'postgres')).rejects.toThrow('nunca foi iniciada');
  });
});
