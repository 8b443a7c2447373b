import { describe, expect, it } from '@jest/globals';
import { ownAdminUrls, serverUrls } from './connection-urls.ts';
import { serverPorts } from './ports.ts';
import { databaseUrl } from './provision-databases.ts';
import { completeSecrets } from './secrets.ts';

describe('completeSecrets', () => {
  it('generates different secrets for every instance and every role', () => {
    const [one, other] = [completeSecrets({}), completeSecrets({})];
    const passwords = [...Object.values(one.roles), ...Object.values(other.roles), one.postgres, other.postgres];
    expect(new Set(passwords).size).toBe(passwords.length);
  });

  it('has a login for the owner and the application of each database, and for the invariants', () => {
    expect(Object.keys(completeSecrets({}).roles).sort()).toEqual([
      'auth_app',
      'auth_dono',
      'invariantes',
      'notificacoes_app',
      'notificacoes_dono',
      'pagamentos_app',
      'pagamentos_dono',
      'reservas_app',
      'reservas_dono',
    ]);
  });

  it('gives auth a master key of 32 bytes', () => {
    expect(Buffer.from(completeSecrets({}).authChaveMestra, 'base64')).toHaveLength(32);
  });

  it('keeps what there was and adds what a newer version needs', () => {
    const existing = completeSecrets({});
    const { redis: _forgotten, ...older } = existing;
    const completed = completeSecrets({ ...older, roles: { reservas_app: 'conhecida' } });
    expect(completed.postgres).toBe(existing.postgres);
    expect(completed.roles['reservas_app']).toBe('conhecida');
    expect(completed.roles['reservas_dono']).toHaveLength(48);
    expect(completed.redis).toHaveLength(48);
    const { brokers: _none, caches: _neither, ...before } = existing;
    expect(Object.keys(completeSecrets(before).brokers)).toContain('bff-admin');
    expect(completeSecrets(existing)).toEqual(existing);
  });
});

describe('serverUrls', () => {
  it('gives every service its own database and role, on the shifted ports', () => {
    const secrets = completeSecrets({});
    const urls = serverUrls(ownAdminUrls(serverPorts(1_000), secrets), secrets);
    expect(urls.databases.reservas.app).toBe(
      `postgres://reservas_app:${secrets.roles['reservas_app']}@127.0.0.1:28432/reservas`,
    );
    expect(urls.databases.auth.owner).toContain('auth_dono:');
    expect(urls.rabbitmq).toContain(':28672/plataforma');
    expect(urls.brokers.auth).toBe(`amqp://plataforma-auth:${secrets.brokers['auth']}@127.0.0.1:28672/plataforma`);
    expect(urls.caches.auth).toBe(`redis://auth:${secrets.caches['auth']}@127.0.0.1:28379`);
  });

  it('gives everybody the one user there is of a server that lets us make no others', () => {
    const secrets = completeSecrets({});
    const admin = ownAdminUrls(serverPorts(0), secrets);
    const urls = serverUrls(admin, secrets, { rabbitmq: false, redis: false });
    expect([urls.brokers.auth, urls.caches.reservas]).toEqual([admin.rabbitmq, admin.redis]);
  });

  it('keeps the options of an administrator URL, such as sslmode', () => {
    const url = databaseUrl('postgres://admin:x@db.exemplo:6000/postgres?sslmode=require', 'auth', {
      name: 'auth_app',
      password: 'a/b',
    });
    expect(url).toBe('postgres://auth_app:a%2Fb@db.exemplo:6000/auth?sslmode=require');
  });
});
