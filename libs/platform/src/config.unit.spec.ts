import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  corsSettings,
  databaseSettings,
  InvalidConfigurationError,
  loadConfig,
  messagingSettings,
  processSettings,
  redisSettings,
  seedSettings,
} from './config.js';

const shape = {
  ...processSettings,
  ...databaseSettings,
  ...redisSettings,
  ...messagingSettings,
  ...seedSettings,
  ...corsSettings,
};
const valid = {
  PORT: '3001',
  JWKS_URL: 'http://127.0.0.1:3004/.well-known/jwks.json',
  JWT_ISSUER: 'http://127.0.0.1:3004',
  JWT_AUDIENCE: 'plataforma',
  DATABASE_URL: 'postgres://app:s3gr3d0@127.0.0.1:5432/reservas',
  REDIS_URL: 'redis://:s3gr3d0@127.0.0.1:6379',
  RABBITMQ_URL: 'amqp://app:s3gr3d0@127.0.0.1:5672, amqp://app:s3gr3d0@127.0.0.2:5672',
};

const complaint = (env: Record<string, string | undefined>): string => {
  try {
    loadConfig(shape, env);
  } catch (error) {
    if (error instanceof InvalidConfigurationError) return error.message;
    throw error;
  }
  throw new Error('a configuração foi aceita');
};

describe('A configuração', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'config-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('é convertida e completada pelos padrões', () => {
    expect(loadConfig(shape, valid)).toMatchObject({
      PORT: 3001,
      HOST: '127.0.0.1',
      NODE_ENV: 'development',
      LOG_LEVEL: 'info',
      SHUTDOWN_TIMEOUT_MS: 10_000,
      DATABASE_REPLICA_URLS: [],
      RABBITMQ_URL: ['amqp://app:s3gr3d0@127.0.0.1:5672', 'amqp://app:s3gr3d0@127.0.0.2:5672'],
      SEED_DEMO: false,
      CORS_ORIGINS: [],
    });
  });

  it('nomeia cada variável que falta, e nenhuma outra', () => {
    const message = complaint({});
    for (const name of Object.keys(valid)) expect(message).toMatch(new RegExp(`^  - ${name}: .+`, 'm'));
    expect(message.match(/^ {2}- /gm)).toHaveLength(Object.keys(valid).length);
  });

  it.each([
    ['PORT', 's3gr3d0'],
    ['PORT', '65536'],
    ['PORT', '30.5'],
    ['NODE_ENV', 's3gr3d0'],
    ['LOG_LEVEL', 's3gr3d0'],
    ['JWKS_URL', 's3gr3d0'],
    ['SHUTDOWN_TIMEOUT_MS', '-1'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 's3gr3d0'],
    ['DATABASE_URL', 'mysql://s3gr3d0@host/db'],
    ['DATABASE_REPLICA_URLS', 'postgres://ok@host/db,s3gr3d0'],
    ['DATABASE_POOL_SIZE', '1'],
    ['REDIS_URL', 'http://s3gr3d0'],
    ['RABBITMQ_URL', ' , '],
    ['RABBITMQ_URL', 'http://s3gr3d0'],
    ['RABBITMQ_PREFETCH', '0'],
    ['SEED_DEMO', 's3gr3d0'],
    ['CORS_ORIGINS', 's3gr3d0'],
    ['CORS_ORIGINS', 'https://app.exemplo.com/s3gr3d0'],
    ['CORS_ORIGINS', '*'],
  ])('recusa %s=%s pelo nome e sem o valor', (name, value) => {
    const message = complaint({ ...valid, [name]: value });
    expect(message).toMatch(new RegExp(`^  - ${name}(\\.\\d+)?: .+`, 'm'));
    expect(message.match(/^ {2}- /gm)).toHaveLength(1);
    expect(message).not.toContain('s3gr3d0');
  });

  it('toma um segredo do arquivo que NAME_FILE nomeia, sem o fim de linha', () => {
    const file = join(folder, 'database-url');
    writeFileSync(file, `${valid.DATABASE_URL}\n`);
    const { DATABASE_URL } = loadConfig(shape, { ...valid, DATABASE_URL: undefined, DATABASE_URL_FILE: file });
    expect(DATABASE_URL).toBe(valid.DATABASE_URL);
  });

  it('diz qual arquivo não pode ser lido, não onde foi procurado', () => {
    const message = complaint({ ...valid, DATABASE_URL: undefined, DATABASE_URL_FILE: join(folder, 's3gr3d0') });
    expect(message).toContain('DATABASE_URL_FILE: o arquivo indicado não pode ser lido');
    expect(message).not.toContain('s3gr3d0');
  });

  it('trata uma variável vazia como ausente', () => {
    expect(loadConfig(shape, { ...valid, LOG_LEVEL: '', DATABASE_POOL_SIZE: '' })).toMatchObject({
      LOG_LEVEL: 'info',
    });
  });
});
