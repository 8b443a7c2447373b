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

/** What is told of a setting beside its form; `.env.example`, the README's table and who may set it come from here. */
export interface SettingMeta {
  readonly description: string;
  readonly example?: string;
  /** May be given as NAME_FILE, and is shown nowhere. */
  readonly secret?: true;
  /** Follows from how the platform is laid out (ports, addresses, roles): whoever starts it gives it, not its user. */
  readonly provided?: true;
  /** A regular expression that every right value matches, where the schema itself does not show one. */
  readonly form?: string;
  /** In words, what holds without it, where the schema's own default does not say it all. */
  readonly usual?: string;
}

/** A setting as its catalogue shows it. */
export const setting = <T extends z.ZodType>(schema: T, meta: SettingMeta): T => schema.meta({ ...meta });

/** Settings of every process. */
export const processSettings = {
  NODE_ENV: setting(z.enum(['development', 'test', 'production']).default('development'), {
    description: 'Com production: sem dados de demonstração, sem /docs',
  }),
  HOST: setting(z.string().min(1).default('127.0.0.1'), { description: 'Endereço em que escuta', provided: true }),
  PORT: setting(portSetting, { description: 'Porta em que escuta', provided: true }),
  LOG_LEVEL: setting(z.enum(['error', 'warn', 'info', 'debug']).default('info'), {
    description: 'Quanto se registra',
  }),
  JWKS_URL: setting(z.url(), { description: 'Onde estão as chaves públicas do auth', provided: true }),
  JWT_ISSUER: setting(z.url(), { description: 'Quem emite os tokens de acesso', provided: true }),
  JWT_AUDIENCE: setting(z.string().min(1), { description: 'Para quem os tokens de acesso valem', provided: true }),
  SHUTDOWN_TIMEOUT_MS: setting(z.coerce.number().int().min(100).max(120_000).default(10_000), {
    description: 'Quanto um processo que se encerra espera pelo que está em andamento, em ms',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: setting(z.url().optional(), {
    description: 'Para onde vão os rastros (OTLP por HTTP; Jaeger serve)',
    usual: 'desligado',
    example: 'http://127.0.0.1:4318',
  }),
  OTEL_TRACES_SAMPLER_ARG: setting(z.coerce.number().min(0).max(1).optional(), {
    description: 'Que parte dos rastros vai, de 0 a 1; o que vem de um rastro que vai, vai também',
    usual: '0.1 em produção, senão 1',
    example: '0.1',
  }),
};

/** Origins of pages, separated by commas. */
export const originsSetting = (meta: SettingMeta) =>
  setting(
    urlList(
      z
        .string()
        .refine(
          (text) => URL.canParse(text) && new URL(text).origin === text,
          'esperadas origens, por exemplo https://app.exemplo.com',
        ),
    ).default([]),
    { form: '^\\s*https?://[^\\s/,]+(\\s*,\\s*https?://[^\\s/,]+)*[\\s,]*$', ...meta },
  );

/** Settings of a process that browsers call from pages of other origins. */
export const corsSettings = {
  CORS_ORIGINS: originsSetting({
    description: 'Origens, separadas por vírgulas, cujas páginas podem chamar os BFFs de um navegador',
    usual: 'só a própria',
    example: 'https://app.exemplo.com',
  }),
};

/** Settings of a process that owns a database. */
export const databaseSettings = {
  DATABASE_URL: setting(postgresUrl, { description: 'O banco do serviço', secret: true, provided: true }),
  DATABASE_DIRECT_URL: setting(postgresUrl.optional(), {
    description: 'O mesmo banco sem PgBouncer no caminho: por ele se escutam os avisos de trabalho',
    usual: 'DATABASE_URL',
    secret: true,
    provided: true,
  }),
  DATABASE_REPLICA_URLS: setting(urlList(postgresUrl).default([]), {
    description: 'Réplicas de leitura, separadas por vírgulas',
    usual: 'nenhuma',
    secret: true,
    provided: true,
  }),
  DATABASE_POOL_SIZE: setting(z.coerce.number().int().min(2).max(200).default(16), {
    description: 'Conexões de cada serviço com o PostgreSQL',
  }),
};

/** What stands before a process that asks where its requests come from. */
export const proxySettings = {
  PROXIES_CONFIAVEIS: setting(
    urlList(
      z.union(
        [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()],
        'esperados endereços IP ou faixas CIDR, separados por vírgula',
      ),
    ).default([]),
    {
      description: 'Endereços ou faixas CIDR, separados por vírgulas, cujo X-Forwarded-For vale',
      usual: 'ninguém',
      form: '^[0-9A-Fa-f.:/,\\s]+$',
      example: '10.0.0.0/8',
    },
  ),
};

export const redisSettings = {
  REDIS_URL: setting(z.url({ protocol: /^rediss?$/ }), { description: 'O Redis', secret: true, provided: true }),
};

const THIRTY_TWO_BYTES = 'esperados 32 bytes em base64 (openssl rand -base64 32)';
/** A key of 32 bytes, in base64. */
export const keySetting = z
  .base64(THIRTY_TWO_BYTES)
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((bytes) => bytes.length === 32, THIRTY_TWO_BYTES);

/** Where something is opened in a browser; without a slash at its end. */
export const addressSetting = z.url({ protocol: /^https?$/ }).overwrite((url) => url.replace(/\/+$/, ''));

/** Settings of who writes secrets into letters, and of who sends them. */
export const siteSettings = {
  SITE_URL: setting(addressSetting.default('http://127.0.0.1:3101'), {
    description:
      'Onde as pessoas abrem o site: para lá levam os links das cartas, e é a página que usa chaves de acesso',
    usual: 'o endereço do bff-web',
    example: 'https://reservas.exemplo.com',
  }),
};

export const letterSettings = {
  CARTAS_CHAVE: setting(keySetting, {
    description:
      'Sela o que só a carta pode mostrar, como o link de redefinir a senha: 32 bytes em base64, os mesmos em auth e notificacoes',
    secret: true,
    provided: true,
  }),
};

/** Settings of a process that publishes or consumes messages. */
export const messagingSettings = {
  RABBITMQ_URL: setting(urlList(z.url({ protocol: /^amqps?$/ })).pipe(z.array(z.string()).min(1)), {
    description: 'O RabbitMQ, ou os nós dele separados por vírgulas',
    secret: true,
    provided: true,
  }),
  RABBITMQ_PREFETCH: setting(z.coerce.number().int().min(1).max(1000).default(50), {
    description: 'Quantas mensagens um consumidor tem em mãos ao mesmo tempo',
  }),
};

/** Seeds demonstration data (spaces, logins) at start-up; refused by default. */
export const seedSettings = {
  SEED_DEMO: setting(z.stringbool().default(false), {
    description: 'Semeia espaços e contas de demonstração, cuja senha é pública; recusado com NODE_ENV=production',
    usual: 'true com npm start, false com --sem-demo ou NODE_ENV=production',
    example: 'false',
  }),
};

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
