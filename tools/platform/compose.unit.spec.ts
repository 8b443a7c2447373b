import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '@plataforma/platform';
import { parse } from 'yaml';
import { apps } from '../apps.ts';
import { root } from '../cli/paths.ts';
import { ownAdminUrls, serverUrls } from '../infra/connection-urls.ts';
import { composeEnv, composeHistory } from '../infra/docker.ts';
import { serverPorts } from '../infra/ports.ts';
import { completeSecrets } from '../infra/secrets.ts';
import { settingsFor } from './settings.ts';
import { settings as notificacoes } from '../../services/notificacoes/src/app.module.js';

interface ComposeService {
  build?: { args?: { APP: string } };
  environment: Record<string, string>;
  ports: string[];
}

const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
const { services } = parse(text, { merge: true }) as { services: Record<string, ComposeService> };
const secrets = completeSecrets({});
const appOf = (name: string) => {
  const app = apps.find((candidate) => candidate.name === name);
  if (!app) throw new Error(`não há aplicação ${name}`);
  return app;
};
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

  it('com HISTORICO=mongodb, guarda o histórico no MongoDB que executa; noutro, se outro se diz', () => {
    const { MONGODB_URL = '' } = composeHistory({ HISTORICO: 'mongodb' }, secrets);
    const { hostname, username, password, pathname } = new URL(MONGODB_URL);
    const { MONGO_INITDB_ROOT_USERNAME: user, MONGO_INITDB_ROOT_PASSWORD: secret } =
      services[hostname]?.environment ?? {};
    expect([username, secret]).toEqual([user, '${MONGO_PASSWORD:?}']);
    expect(password).toBe(composeEnv(serverPorts(0), secrets, true)['MONGO_PASSWORD']);
    expect(
      loadConfig(notificacoes, { ...settingsFor(appOf('notificacoes'), context), HISTORICO: 'mongodb', MONGODB_URL }),
    ).toMatchObject({
      MONGODB_URL,
    });
    expect(pathname).toBe('/notificacoes');
    expect(composeHistory({}, secrets)).toEqual({});
    expect(composeHistory({ HISTORICO: 'mongodb', MONGODB_URL: 'mongodb://outro/x' }, secrets)).toEqual({});
  });

  it('não tem nome próprio, que o Compose 1.29 recusa', () => {
    expect(parse(text)).not.toHaveProperty('name');
  });
});
