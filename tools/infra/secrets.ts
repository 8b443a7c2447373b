import { createECDH, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every service has one database, an owner that migrates it and a role that works in it. */
export const databases = ['reservas', 'pagamentos', 'notificacoes', 'auth'] as const;

export type Database = (typeof databases)[number];

/** The users of RabbitMQ beside its administrator: the applications that use it, and who operates it by commands. */
export const brokerUsers = [
  'auth',
  'reservas',
  'pagamentos',
  'notificacoes',
  'bff-web',
  'bff-admin',
  'operacao',
] as const;

export type BrokerUser = (typeof brokerUsers)[number];

/** The users of Redis beside its administrator: the applications that use it, each for the keys that begin with its name. */
export const cacheUsers = ['auth', 'reservas', 'pagamentos', 'notificacoes'] as const;

export type CacheUser = (typeof cacheUsers)[number];

/** What an instance must know and nobody else may: generated once, kept with the instance's data. */
export interface Secrets {
  postgres: string;
  redis: string;
  rabbitmq: string;
  rabbitmqCookie: string;
  mongodb: string;
  /** Encrypts the copies of the databases: without it they are lost. */
  copias: string;
  /** With which Kong counts in Redis. */
  kong: string;
  /** Passwords by PostgreSQL role. */
  roles: Record<string, string>;
  /** Passwords by user of RabbitMQ. */
  brokers: Record<string, string>;
  /** Passwords by user of Redis. */
  caches: Record<string, string>;
  /** 32 bytes in base64. */
  authChaveMestra: string;
  /** 32 bytes in base64, which auth and notificacoes share. */
  cartasChave: string;
  /** 32 bytes in base64. */
  ganchosChave: string;
  /** The private key by which browsers know who sends them notices (VAPID, RFC 8292): 32 bytes in base64url. */
  vapidPrivada: string;
  stripeWebhookSecret: string;
  /** Keys the emulator accepts; never sent to Stripe. */
  stripeSecretKey: string;
  stripePublishableKey: string;
  /** By which auth proves itself to the local OpenID Connect provider. */
  oidcClienteSegredo: string;
}

export const ownerRole = (database: Database): string => `${database}_dono`;
export const appRole = (database: Database): string => `${database}_app`;
export const invariantsRole = 'invariantes';

const roleNames = [...databases.flatMap((database) => [ownerRole(database), appRole(database)]), invariantsRole];

/** Hexadecimal: needs no escaping in a URL, a shell, SQL or a configuration file. */
const password = (): string => randomBytes(24).toString('hex');

const passwords = (names: readonly string[], existing: Record<string, string> = {}): Record<string, string> => ({
  ...Object.fromEntries(names.map((name) => [name, password()])),
  ...existing,
});

/** Completes what an earlier version of this program may have written, leaving every existing secret as it is. */
export function completeSecrets(existing: Partial<Secrets>): Secrets {
  return {
    postgres: existing.postgres ?? password(),
    redis: existing.redis ?? password(),
    rabbitmq: existing.rabbitmq ?? password(),
    rabbitmqCookie: existing.rabbitmqCookie ?? password(),
    mongodb: existing.mongodb ?? password(),
    copias: existing.copias ?? password(),
    kong: existing.kong ?? password(),
    roles: passwords(roleNames, existing.roles),
    brokers: passwords(brokerUsers, existing.brokers),
    caches: passwords(cacheUsers, existing.caches),
    authChaveMestra: existing.authChaveMestra ?? randomBytes(32).toString('base64'),
    cartasChave: existing.cartasChave ?? randomBytes(32).toString('base64'),
    ganchosChave: existing.ganchosChave ?? randomBytes(32).toString('base64'),
    vapidPrivada: existing.vapidPrivada ?? newVapidKey(),
    stripeWebhookSecret: existing.stripeWebhookSecret ?? `whsec_${password()}`,
    stripeSecretKey: existing.stripeSecretKey ?? `sk_test_${password()}`,
    stripePublishableKey: existing.stripePublishableKey ?? `pk_test_${password()}`,
    oidcClienteSegredo: existing.oidcClienteSegredo ?? password(),
  };
}

const vapidCurve = 'prime256v1';

/** What OpenSSL gives is without its leading zeros. */
function newVapidKey(): string {
  const pair = createECDH(vapidCurve);
  pair.generateKeys();
  return Buffer.concat([Buffer.alloc(32), pair.getPrivateKey()])
    .subarray(-32)
    .toString('base64url');
}

/** The pair of which this is the private key, as notificacoes takes it. */
export function vapidPair(privateKey: string): { VAPID_PUBLICA: string; VAPID_PRIVADA: string } {
  const pair = createECDH(vapidCurve);
  pair.setPrivateKey(Buffer.from(privateKey, 'base64url'));
  return { VAPID_PUBLICA: pair.getPublicKey('base64url'), VAPID_PRIVADA: privateKey };
}

export const secretsFile = 'segredos.json';

/** Reads the secrets of an instance, generating them the first time. The file is readable by its owner only. */
export function loadSecrets(folder: string): Secrets {
  const file = join(folder, secretsFile);
  const secrets = completeSecrets(readExisting(file));
  mkdirSync(folder, { recursive: true });
  // Written aside and renamed: a crash half-way must not lose the only copy of the passwords.
  writeFileSync(`${file}.novo`, `${JSON.stringify(secrets, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.novo`, file);
  return secrets;
}

function readExisting(file: string): Partial<Secrets> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
