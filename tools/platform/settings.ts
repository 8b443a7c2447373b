import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { apps, appUrl, type App } from '../apps.ts';
import { root } from '../cli/paths.ts';
import { UserError } from '../cli/user-error.ts';
import type { ServerUrls } from '../infra/connection-urls.ts';
import type { Secrets } from '../infra/secrets.ts';

export interface SettingsContext {
  portOffset: number;
  urls: ServerUrls;
  secrets: Secrets;
  /** Where the emulator keeps its ledger. */
  emulatorFolder: string;
  /** What the user chose: see `userSettings`. */
  user: Record<string, string>;
}

export type Settings = Record<string, string>;

/**
 * The settings the user may choose: those documented in `.env.example`, from the file `.env` and, winning over it, the
 * environment. Other variables of the environment are not looked at: a stray PORT must not move an application.
 */
export function userSettings(environment: NodeJS.ProcessEnv): Settings {
  const file = join(root, '.env');
  const fromFile = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  return chosenSettings(documentedSettings(readFileSync(join(root, '.env.example'), 'utf8')), fromFile, environment);
}

export function chosenSettings(
  documented: Set<string>,
  fromFile: NodeJS.Dict<string>,
  environment: NodeJS.ProcessEnv,
): Settings {
  const unknown = Object.keys(fromFile).filter((name) => !documented.has(name));
  if (unknown.length > 0)
    throw new UserError(`O arquivo .env define o que .env.example não conhece: ${unknown.join(', ')}.`);
  const chosen = [...documented].map((name): [string, string | undefined] => [
    name,
    environment[name] ?? fromFile[name],
  ]);
  return Object.fromEntries(
    chosen.filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''),
  );
}

/** The names in `.env.example`, whose lines are `# NAME=example`. */
export function documentedSettings(example: string): Set<string> {
  return new Set([...example.matchAll(/^#? ?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name ?? ''));
}

/** Without a key of Stripe the platform brings its own emulator. */
export const usesEmulator = (user: Settings): boolean => !user['STRIPE_SECRET_KEY'];

export function appsToRun(user: Settings): App[] {
  return usesEmulator(user) ? apps : apps.filter((app) => app.kind !== 'emulator');
}

/** The complete environment of an application, apart from what the system needs (PATH). */
export function settingsFor(app: App, context: SettingsContext): Settings {
  const own = app.kind === 'emulator' ? emulatorSettings(context) : platformSettings(app, context);
  return { ...own, HOST: '127.0.0.1', PORT: String(app.port + context.portOffset) };
}

function emulatorSettings({ secrets, portOffset, emulatorFolder }: SettingsContext): Settings {
  return {
    STRIPE_SECRET_KEY: secrets.stripeSecretKey,
    STRIPE_PUBLISHABLE_KEY: secrets.stripePublishableKey,
    STRIPE_WEBHOOK_SECRET: secrets.stripeWebhookSecret,
    STRIPE_WEBHOOK_URL: `${appUrl('pagamentos', portOffset)}/webhooks/stripe`,
    DATA_DIR: emulatorFolder,
  };
}

function platformSettings(app: App, context: SettingsContext): Settings {
  const auth = appUrl('auth', context.portOffset);
  return {
    NODE_ENV: 'development',
    LOG_LEVEL: 'info',
    JWKS_URL: `${auth}/.well-known/jwks.json`,
    JWT_ISSUER: auth,
    JWT_AUDIENCE: 'plataforma-de-reservas',
    ...(app.kind === 'service' ? serviceSettings(app, context) : bffSettings(context)),
    ...(app.broker ? { RABBITMQ_URL: context.urls.brokers[app.broker] } : {}),
    ...(app.cache ? { REDIS_URL: context.urls.caches[app.cache] } : {}),
    ...ownSettings(app, context),
    ...allowedUserSettings(app, context.user),
  };
}

function serviceSettings(app: App, { urls }: SettingsContext): Settings {
  const database = app.database && urls.databases[app.database];
  if (!database) throw new Error(`service "${app.name}" has no database`);
  return {
    DATABASE_URL: database.app,
    SEED_DEMO: 'true',
  };
}

function bffSettings({ portOffset, secrets, user }: SettingsContext): Settings {
  return {
    ...(usesEmulator(user) && {
      CHECKOUT_CHAVE_PUBLICAVEL: secrets.stripePublishableKey,
      CHECKOUT_API_BASE: appUrl('stripe-emulator', portOffset),
    }),
    RESERVAS_URL: appUrl('reservas', portOffset),
    PAGAMENTOS_URL: appUrl('pagamentos', portOffset),
    NOTIFICACOES_URL: appUrl('notificacoes', portOffset),
    AUTH_URL: appUrl('auth', portOffset),
  };
}

function ownSettings(app: App, { secrets, portOffset, user }: SettingsContext): Settings {
  if (app.name === 'auth') return { AUTH_CHAVE_MESTRA: secrets.authChaveMestra };
  if (app.name === 'pagamentos') {
    return {
      RECIBO_VERIFICACAO_URL: `${appUrl('pagamentos', portOffset)}/v1/pagamentos/recibos/verificacoes`,
      ...(usesEmulator(user) && {
        STRIPE_SECRET_KEY: secrets.stripeSecretKey,
        STRIPE_WEBHOOK_SECRET: secrets.stripeWebhookSecret,
        STRIPE_API_BASE: appUrl('stripe-emulator', portOffset),
      }),
    };
  }
  return {};
}

/** The variables by which the user names servers are for the tools alone: they hold the administrators' passwords. */
const toolSettings = ['POSTGRES_URL', 'REDIS_URL', 'RABBITMQ_URL', 'RABBITMQ_MANAGEMENT_URL'];

function allowedUserSettings(app: App, user: Settings): Settings {
  const foreignPrefixes = apps.filter((other) => other !== app).flatMap((other) => other.exclusiveSettings);
  const allowed = ([name]: [string, string]): boolean =>
    !toolSettings.includes(name) && !foreignPrefixes.some((prefix) => name.startsWith(prefix));
  return Object.fromEntries(Object.entries(user).filter(allowed));
}
