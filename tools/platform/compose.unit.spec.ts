import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { apps } from '../apps.ts';
import { root } from '../cli/paths.ts';
import { ownAdminUrls, serverUrls } from '../infra/connection-urls.ts';
import { composeEnv } from '../infra/docker.ts';
import { serverPorts } from '../infra/ports.ts';
import { completeSecrets } from '../infra/secrets.ts';
import { settingsFor } from './settings.ts';

interface ComposeService {
  build?: { args?: { APP: string } };
  environment: Record<string, string>;
  ports: string[];
}

const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const { services } = parse(text, { merge: true }) as { services: Record<string, ComposeService> };
const secrets = completeSecrets({});
const context = {
  portOffset: 0,
  secrets,
  urls: serverUrls(ownAdminUrls(serverPorts(0), secrets), secrets),
  emulatorFolder: '/dados',
  demo: true,
  user: {},
};

describe('docker-compose.yml', () => {
  it.each(apps)('executa $name da sua pasta, na sua porta, com cada ajuste que npm start lhe dá', (app) => {
    const service = services[app.name];
    expect(service?.build?.args?.APP).toBe(app.folder);
    expect(service?.ports).toEqual([`127.0.0.1:${app.port}:${app.port}`]);
    // HOST is the image's own.
    const { HOST: _host, ...settings } = settingsFor(app, context);
    expect(Object.keys(service?.environment ?? {})).toEqual(expect.arrayContaining(Object.keys(settings)));
  });

  it('não pede variável que as ferramentas não dão', () => {
    const required = [...text.matchAll(/\$\{([A-Z_]+):\?\}/g)].map(([, name]) => name);
    expect(Object.keys(composeEnv(serverPorts(0), secrets, true))).toEqual(expect.arrayContaining(required));
  });

  it('não tem nome próprio, que o Compose 1.29 recusa', () => {
    expect(parse(text)).not.toHaveProperty('name');
  });
});
