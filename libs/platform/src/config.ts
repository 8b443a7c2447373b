import { readFileSync } from 'node:fs';
import { z } from 'zod';

z.config(z.locales.pt());

/** A setting is missing or wrong. The message names each variable and what was expected, never its value. */
export class InvalidConfigurationError extends Error {
  override readonly name = 'InvalidConfigurationError';
}

/** Port number, 0–65535; 0 asks the system for a free one (tests). */
export const portSetting = z.coerce.number().int().min(0).max(65535);
export const postgresUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'esperado postgresql://usuario:senha@host:porta/banco',
});
const urlList = (item: z.ZodType<string, string>) =>
  z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .pipe(z.array(item));

/** Settings of every process. */
export const processSettings = {
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: portSetting,
  LOG_LEVEL: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
  JWKS_URL: z.url(),
  JWT_ISSUER: z.url(),
  JWT_AUDIENCE: z.string().min(1),
  /** How long a stopping process may take to finish what is in flight, ms. */
  SHUTDOWN_TIMEOUT_MS: z.coerce.number().int().min(100).max(120_000).default(10_000),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
};

/** Settings of a process that browsers call from pages of other origins. */
export const corsSettings = {
  /** Origins that may, comma-separated, for example https://app.exemplo.com; none by default. */
  CORS_ORIGINS: urlList(
    z
      .string()
      .refine(
        (text) => URL.canParse(text) && new URL(text).origin === text,
        'esperadas origens, por exemplo https://app.exemplo.com',
      ),
  ).default([]),
};

/** Settings of a process that owns a database. */
export const databaseSettings = {
  DATABASE_URL: postgresUrl,
  /** Read replicas, comma-separated. */
  DATABASE_REPLICA_URLS: urlList(postgresUrl).default([]),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(16),
};

/** What stands before a process that asks where its requests come from. */
export const proxySettings = {
  /** Addresses or CIDR ranges, comma-separated, whose `X-Forwarded-For` is believed; nobody's unless named. */
  PROXIES_CONFIAVEIS: urlList(
    z.union(
      [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
      'esperados endereços IP ou faixas CIDR, separados por vírgula',
    ),
  ).default([]),
};

export const redisSettings = { REDIS_URL: z.url({ protocol: /^rediss?$/ }) };

/** Settings of a process that publishes or consumes messages. */
export const messagingSettings = {
  RABBITMQ_URL: urlList(z.url({ protocol: /^amqps?$/ })).pipe(z.array(z.string()).min(1)),
  /** How many messages a consumer holds unacknowledged. */
  RABBITMQ_PREFETCH: z.coerce.number().int().min(1).max(1000).default(50),
};

/** Seeds demonstration data (spaces, logins) at start-up; refused by default. */
export const seedSettings = { SEED_DEMO: z.stringbool().default(false) };

/**
 * Reads and validates the settings in `shape`. A variable NAME may be given as NAME_FILE, the path of a file that
 * holds its value (how Vault Agent, Docker and Kubernetes hand over secrets).
 *
 * @throws InvalidConfigurationError naming every variable that is missing or wrong
 */
export function loadConfig<S extends z.ZodRawShape>(
  shape: S,
  env: Record<string, string | undefined> = process.env,
): z.output<z.ZodObject<S>> {
  const values: Record<string, string> = {};
  const problems: string[] = [];
  for (const name of Object.keys(shape)) {
    const file = env[`${name}_FILE`];
    if (file) {
      try {
        values[name] = readFileSync(file, 'utf8').trim();
      } catch {
        problems.push(`${name}_FILE: o arquivo indicado não pode ser lido`);
      }
    } else if (env[name]) {
      values[name] = env[name];
    }
  }
  const result = z.object(shape).safeParse(values);
  if (result.success && problems.length === 0) return result.data;
  for (const issue of result.error?.issues ?? []) problems.push(`${issue.path.join('.')}: ${issue.message}`);
  throw new InvalidConfigurationError(
    `Configuração inválida:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
  );
}
