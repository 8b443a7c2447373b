import { describe, expect, it } from '@jest/globals';
import { apps } from '../apps.ts';
import { ownAdminUrls, serverUrls } from '../infra/connection-urls.ts';
import { serverPorts } from '../infra/ports.ts';
import { completeSecrets } from '../infra/secrets.ts';
import { appsToRun, chosenSettings, documentedSettings, settingsFor, type Settings } from './settings.ts';

const secrets = completeSecrets({});
const context = (user: Settings = {}, portOffset = 0) => ({
  portOffset,
  secrets,
  urls: serverUrls(ownAdminUrls(serverPorts(portOffset), secrets), secrets),
  emulatorFolder: '/dados/stripe',
  user,
});
const settingsOf = (name: string, user?: Settings, portOffset?: number): Settings => {
  const app = apps.find((candidate) => candidate.name === name);
  if (!app) throw new Error(`no application ${name}`);
  return settingsFor(app, context(user, portOffset));
};

describe('apps', () => {
  it('no two share a name or a port', () => {
    expect(new Set(apps.map((app) => app.name)).size).toBe(apps.length);
    expect(new Set(apps.map((app) => app.port)).size).toBe(apps.length);
  });
});

describe('settingsFor', () => {
  it('gives a service its own role, its own users of RabbitMQ and Redis, and no more', () => {
    const settings = settingsOf('reservas');
    expect(settings['DATABASE_URL']).toContain('reservas_app:');
    expect(settings['RABBITMQ_URL']).toContain('plataforma-reservas:');
    expect(settings['REDIS_URL']).toContain('reservas:');
    expect(settingsOf('notificacoes')['REDIS_URL']).toBeUndefined();
    const { roles, postgres, rabbitmq, redis } = secrets;
    for (const foreign of [roles['reservas_dono'], roles['auth_app'], postgres, rabbitmq, redis])
      expect(JSON.stringify(settings)).not.toContain(foreign);
  });

  it('gives a BFF the addresses of the services and no database', () => {
    const settings = settingsOf('bff-web', {}, 5_000);
    expect(settings).toMatchObject({
      PORT: '8101',
      RESERVAS_URL: 'http://127.0.0.1:8001',
      AUTH_URL: 'http://127.0.0.1:8004',
    });
    expect(settings['DATABASE_URL']).toBeUndefined();
    expect(settings['RABBITMQ_URL']).toBeUndefined();
  });

  it('lets everybody verify tokens but gives the master key to auth alone', () => {
    const withKey = apps.filter((app) => 'AUTH_CHAVE_MESTRA' in settingsFor(app, context()));
    expect(withKey.map((app) => app.name)).toEqual(['auth']);
    expect(settingsOf('pagamentos')['JWKS_URL']).toBe('http://127.0.0.1:3004/.well-known/jwks.json');
  });

  it('makes payments and the emulator agree on keys and addresses', () => {
    const [payments, emulator] = [settingsOf('pagamentos', {}, 10), settingsOf('stripe-emulator', {}, 10)];
    expect(payments['STRIPE_SECRET_KEY']).toBe(emulator['STRIPE_SECRET_KEY']);
    expect(payments['STRIPE_WEBHOOK_SECRET']).toBe(emulator['STRIPE_WEBHOOK_SECRET']);
    expect(payments['STRIPE_API_BASE']).toBe('http://127.0.0.1:3210');
    expect(emulator['STRIPE_WEBHOOK_URL']).toBe('http://127.0.0.1:3012/webhooks/stripe');
  });

  it('with a key of Stripe runs no emulator and sends payments to Stripe itself', () => {
    const user = { STRIPE_SECRET_KEY: 'sk_live_x', STRIPE_WEBHOOK_SECRET: 'whsec_x' };
    expect(appsToRun(user).map((app) => app.name)).not.toContain('stripe-emulator');
    expect(settingsOf('pagamentos', user)).toMatchObject(user);
    expect(settingsOf('pagamentos', user)['STRIPE_API_BASE']).toBeUndefined();
    expect(settingsOf('reservas', user)['STRIPE_SECRET_KEY']).toBeUndefined();
  });

  it('passes on what the user chose, except the addresses of the administrator', () => {
    const settings = settingsOf('reservas', { HOLD_SEGUNDOS: '5', POSTGRES_URL: 'postgres://admin@x/y' });
    expect(settings['HOLD_SEGUNDOS']).toBe('5');
    expect(settings['POSTGRES_URL']).toBeUndefined();
  });
});

describe('chosenSettings', () => {
  const documented = documentedSettings('# Um comentário.\n# LOG_LEVEL=info\nHOLD_SEGUNDOS=900\n');

  it('finds the documented names, commented out or not', () => {
    expect([...documented]).toEqual(['LOG_LEVEL', 'HOLD_SEGUNDOS']);
  });

  it('lets the environment win over the file and ignores variables nobody documented', () => {
    const environment = { LOG_LEVEL: 'debug', PORT: '80' };
    expect(chosenSettings(documented, { LOG_LEVEL: 'warn', HOLD_SEGUNDOS: '10' }, environment)).toEqual({
      LOG_LEVEL: 'debug',
      HOLD_SEGUNDOS: '10',
    });
  });

  it('refuses a misspelt name in the file', () => {
    expect(() => chosenSettings(documented, { LOG_LEVLE: 'warn' }, {})).toThrow('LOG_LEVLE');
  });
});
