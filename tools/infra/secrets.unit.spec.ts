import { describe, expect, it } from '@jest/globals';
import { ownAdminUrls, serverUrls } from './connection-urls.ts';
import { serverPorts } from './ports.ts';
import { databaseUrl } from './provision-databases.ts';
import { completeSecrets } from './secrets.ts';

describe('completeSecrets', () => {
  it('gera segredos diferentes para cada instância e cada papel', () => {
    const [one, other] = [completeSecrets({}), completeSecrets({})];
    const passwords = [...Object.values(one.roles), ...Object.values(other.roles), one.postgres, other.postgres];
    expect(new Set(passwords).size).toBe(passwords.length);
  });

  it('tem um login para o dono e a aplicação de cada banco, e para os invariantes', () => {
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

  it('dá ao auth uma chave mestra de 32 bytes', () => {
    expect(Buffer.from(completeSecrets({}).authChaveMestra, 'base64')).toHaveLength(32);
  });

  it('mantém o que havia e acrescenta aquilo de que uma versão mais nova precisa', () => {
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
  it('dá a cada serviço o seu banco e o seu papel, nas portas deslocadas', () => {
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

  it('dá a todos o único usuário que há de um servidor que não nos deixa fazer outros', () => {
    const secrets = completeSecrets({});
    const admin = ownAdminUrls(serverPorts(0), secrets);
    const urls = serverUrls(admin, secrets, { rabbitmq: false, redis: false });
    expect([urls.brokers.auth, urls.caches.reservas]).toEqual([admin.rabbitmq, admin.redis]);
  });

  it('mantém as opções de um URL de administrador, como sslmode', () => {
    const url = databaseUrl('postgres://admin:x@db.exemplo:6000/postgres?sslmode=require', 'auth', {
      name: 'auth_app',
      password: 'a/b',
    });
    expect(url).toBe('postgres://auth_app:a%2Fb@db.exemplo:6000/auth?sslmode=require');
  });
});
