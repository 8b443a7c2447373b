import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { apps, appUrl, oidcProvider, siteUrl, type App } from '../apps.ts';
import { root } from '../cli/paths.ts';
import { settingFrom } from '../cli/secret-file.ts';
import { UserError } from '../cli/user-error.ts';
import type { ServerUrls } from '../infra/connection-urls.ts';
import { type Secrets, vapidPair } from '../infra/secrets.ts';
import { externalServers, readCatalog, type CatalogEntry } from './catalog.ts';

export interface SettingsContext {
  portOffset: number;
  urls: ServerUrls;
  secrets: Secrets;
  /** Where the emulator keeps its ledger. */
  emulatorFolder: string;
  /** Where photos of spaces are kept; beside the emulator's ledger when absent. */
  photosFolder?: string;
  /** See `wantsDemo`. */
  demo: boolean;
  /** Whether the local OpenID Connect provider runs beside. */
  oidc?: boolean;
  /** What the user chose: see `userSettings`. */
  user: Record<string, string>;
}

export type Settings = Record<string, string>;

/**
 * The settings the user may choose, from the file `.env` and, winning over it, the environment. Other variables of the
 * environment are not looked at: a stray PORT must not move an application.
 *
 * @throws UserError naming what is wrong in either
 */
export function userSettings(environment: NodeJS.ProcessEnv): Settings {
  const file = join(root, '.env');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const fromFile = parseEnv(text);
  refuseMisread(text);
  return withServersRead(chosenSettings(readCatalog(), fromFile, environment));
}

/** `NOME=valor`, whose value may be in quotes and then have lines of its own; `after` is what follows on the line. */
const assignment =
  /^[^\S\n]*(?:export[^\S\n]+)?(?<name>[\w.-]+)[^\S\n]*=[^\S\n]*(?<quoted>(["'`])[^]*?\3)?(?<after>.*)$/gm;

/**
 * What the parser would pass over, or read otherwise than it was meant: a line that is no `NOME=valor`, a quote that is
 * not closed, a name that is given twice.
 */
export function refuseMisread(file: string): void {
  const text = file.replace(/\r\n?/g, '\n');
  const lineAt = (index: number): number => text.slice(0, index).split('\n').length;
  const lines = new Map<string, number[]>();
  for (const { index, groups: { name = '', quoted, after = '' } = {} } of text.matchAll(assignment)) {
    // What follows a quoted value is no part of it: a quote that was closed by the next one that came.
    if (quoted === undefined ? /^["'`]/.test(after) : !/^\s*(#.*)?$/.test(after))
      throw new UserError(`.env: na linha ${lineAt(index)}, as aspas do valor de ${name} não se fecham onde ele acaba`);
    lines.set(name, [...(lines.get(name) ?? []), lineAt(index)]);
  }
  // Line by line as before: of a value's own lines none is left.
  const rest = text.replace(assignment, (found) => '\n'.repeat(found.split('\n').length - 1));
  const lost = rest.split('\n').findIndex((line) => !/^\s*(#.*)?$/.test(line));
  if (lost >= 0) throw new UserError(`.env: a linha ${lost + 1} não é NOME=valor`);
  for (const [name, given] of lines)
    if (given.length > 1)
      throw new UserError(`.env: ${name} está definida mais de uma vez, nas linhas ${given.join(' e ')}; deixe uma`);
}

/** The commands themselves take the addresses of the user's servers, also from files. */
function withServersRead(chosen: Settings): Settings {
  const read = { ...chosen };
  for (const { name } of externalServers) {
    const value = settingFrom(read, name);
    if (value === undefined) continue;
    delete read[`${name}_FILE`];
    read[name] = value;
  }
  return read;
}

export function chosenSettings(
  catalog: CatalogEntry[],
  fromFile: NodeJS.Dict<string>,
  environment: NodeJS.ProcessEnv,
): Settings {
  const entries = new Map(
    catalog
      .filter(({ provided }) => !provided)
      // A secret may be given by the file that holds it: NAME_FILE.
      .flatMap((entry): [string, CatalogEntry][] => [
        [entry.name, entry],
        ...(entry.secret ? [[`${entry.name}_FILE`, entry] as [string, CatalogEntry]] : []),
      ]),
  );
  const unknown = Object.keys(fromFile).filter((name) => !entries.has(name));
  if (unknown.length > 0)
    throw new UserError(`O arquivo .env define o que .env.example não conhece: ${unknown.join(', ')}.`);
  const chosen: Settings = {};
  for (const name of entries.keys()) {
    const value = environment[name] ?? fromFile[name];
    if (value !== undefined && value !== '') chosen[name] = value;
  }
  const mistakes = Object.keys(chosen).flatMap((name) => mistakeIn(entries.get(name), chosen, name) ?? []);
  if (mistakes.length > 0)
    throw new UserError(
      `Configuração inválida (.env ou ambiente):\n${mistakes.map((each) => `  - ${each}`).join('\n')}`,
    );
  requireServersTogether(chosen, fromFile);
  return chosen;
}

/** Of a value that does not fit, characters. */
const shownAtMost = 80;

/**
 * What can be told of a value before the application that takes it runs and judges it; the value itself only where it
 * should be one of a few, or a number: elsewhere somebody may have pasted a secret in the wrong place.
 */
function mistakeIn(entry: CatalogEntry | undefined, chosen: Settings, name: string): string | undefined {
  if (!entry) return undefined;
  const { values, minimum, maximum, form, expected } = entry;
  let value: string;
  try {
    value = settingFrom(chosen, entry.name) ?? '';
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  const read = entry.secret ? '' : `, e não ${JSON.stringify(value.slice(0, shownAtMost))}`;
  if (values && !values.includes(value)) return `${name}: esperado ${values.join(', ')}${read}`;
  if (form && !new RegExp(form).test(value)) return `${name}: ${expected}`;
  if (minimum === undefined) return undefined;
  const number = Number(value);
  const fits = Number.isInteger(number) && number >= minimum && number <= (maximum ?? Infinity);
  return fits
    ? undefined
    : `${name}: esperado um inteiro ${maximum === undefined ? `a partir de ${minimum}` : `de ${minimum} a ${maximum}`}${read}`;
}

/** Servers of the user's own are all three, by four addresses, or none. What the environment alone says may be there for another program. */
function requireServersTogether(chosen: Settings, fromFile: NodeJS.Dict<string>): void {
  const given = (name: string): boolean => name in chosen || `${name}_FILE` in chosen;
  const names = externalServers.map(({ name }) => name);
  const missing = names.filter((name) => !given(name));
  if (missing.length === 0 || !names.some((name) => fromFile[name] || fromFile[`${name}_FILE`])) return;
  throw new UserError(
    `O arquivo .env nomeia servidores seus pela metade: ${names.filter(given).join(', ')}, mas não ${missing.join(', ')}. Defina ${missing.length === 1 ? 'a que falta' : 'as que faltam'}, ou tire ${names.length - missing.length === 1 ? 'a que está' : 'as que estão'}.`,
  );
}

/** @throws UserError for settings that are each well-formed and together make no platform */
export function requireWorkableSettings(user: Settings): void {
  const given = (name: string): boolean => name in user || `${name}_FILE` in user;
  if (!usesEmulator(user) && !given('STRIPE_WEBHOOK_SECRET'))
    throw new UserError(
      'STRIPE_SECRET_KEY está definida; defina também STRIPE_WEBHOOK_SECRET, ou tire as duas para usar o emulador.',
    );
  if (usesEmulator(user) && given('STRIPE_WEBHOOK_SECRET'))
    throw new UserError(
      'STRIPE_WEBHOOK_SECRET está definida sem STRIPE_SECRET_KEY: defina as duas, ou tire-a para usar o emulador.',
    );
}

/** Whether demonstration data is to be there: not in production, and not where the user says so. */
export function wantsDemo(user: Settings, asked: false | undefined): boolean {
  const production = user['NODE_ENV'] === 'production';
  const chosen = user['SEED_DEMO'];
  const yes = /^(true|1|yes|on|y|enabled)$/i;
  if (chosen !== undefined && !yes.test(chosen) && !/^(false|0|no|off|n|disabled)$/i.test(chosen))
    throw new UserError(`SEED_DEMO: esperado true ou false, e não "${chosen}"`);
  const wanted = asked ?? (chosen === undefined ? !production : yes.test(chosen));
  if (wanted && production)
    throw new UserError(
      'SEED_DEMO cria contas de senha pública e não vale com NODE_ENV=production: tire uma das duas.',
    );
  return wanted;
}

/** @throws UserError where a provider that believes whoever names themselves may not be, or would push others aside */
export function requireLocalProviderAllowed(user: Settings): void {
  if (user['NODE_ENV'] === 'production')
    throw new UserError('--oidc deixa entrar quem quer que se nomeie, e não vale com NODE_ENV=production.');
  if ('OIDC_PROVEDORES' in user || 'OIDC_PROVEDORES_FILE' in user)
    throw new UserError('--oidc e OIDC_PROVEDORES não valem juntos: tire uma das duas.');
}

/** Without a key of Stripe the platform brings its own emulator. */
export const usesEmulator = (user: Settings): boolean => !user['STRIPE_SECRET_KEY'] && !user['STRIPE_SECRET_KEY_FILE'];

export function appsToRun(user: Settings, oidc: boolean): App[] {
  const own = usesEmulator(user) ? apps : apps.filter((app) => app.kind !== 'emulator');
  return oidc ? [...own, oidcProvider] : own;
}

/** The complete environment of an application, apart from what the system needs (PATH). */
export function settingsFor(app: App, context: SettingsContext): Settings {
  return { ...settingsByKind(app, context), HOST: '127.0.0.1', PORT: String(app.port + context.portOffset) };
}

function settingsByKind(app: App, context: SettingsContext): Settings {
  if (app.kind === 'provider') return providerSettings(context);
  return app.kind === 'emulator' ? emulatorSettings(context) : platformSettings(app, context);
}

const oidcClient = 'plataforma';
/** Where a provider sends people back to: the pages that `npm start` serves. */
const oidcReturns = (portOffset: number) => ({
  OIDC_RETORNO_WEB: `${siteUrl('bff-web', portOffset)}/v1/sessoes/externas/retorno`,
  OIDC_RETORNO_ADMINISTRACAO: `${siteUrl('bff-admin', portOffset)}/admin/v1/navegador/sessoes/externas/retorno`,
});

const providerSettings = ({ secrets, portOffset }: SettingsContext): Settings => ({
  OIDC_CLIENTE_ID: oidcClient,
  OIDC_CLIENTE_SEGREDO: secrets.oidcClienteSegredo,
  OIDC_RETORNOS: Object.values(oidcReturns(portOffset)).join(' '),
});

/** How auth knows the local provider. */
const localProvider = ({ secrets, portOffset }: SettingsContext): Settings => ({
  OIDC_PROVEDORES: JSON.stringify([
    {
      id: 'local',
      nome: 'Provedor local',
      emissor: appUrl(oidcProvider.name, portOffset),
      clienteId: oidcClient,
      clienteSegredo: secrets.oidcClienteSegredo,
    },
  ]),
});

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
    ...(app.name === 'auth' || app.name === 'reservas' ? { SEED_DEMO: String(context.demo) } : {}),
  };
}

function serviceSettings(app: App, { urls, user }: SettingsContext): Settings {
  const database = app.database && urls.databases[app.database];
  if (!database) throw new Error(`service "${app.name}" has no database`);
  const pooler = user['PGBOUNCER_URL'];
  if (!pooler) return { DATABASE_URL: database.app };
  const pooled = new URL(database.app);
  pooled.host = new URL(pooler).host;
  return { DATABASE_URL: pooled.href, DATABASE_DIRECT_URL: database.app };
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

function ownSettings(app: App, context: SettingsContext): Settings {
  const { secrets, portOffset, user } = context;
  const cartas = { CARTAS_CHAVE: secrets.cartasChave, SITE_URL: siteUrl('bff-web', portOffset) };
  if (app.name === 'auth')
    return {
      AUTH_CHAVE_MESTRA: secrets.authChaveMestra,
      ...cartas,
      AUTH_CHAVES_ORIGENS: siteUrl('bff-admin', portOffset),
      ...oidcReturns(portOffset),
      ...(context.oidc && localProvider(context)),
    };
  if (app.name === 'bff-web') return { PAGINA_DIR: join(root, 'apps/site/dist') };
  if (app.name === 'bff-admin') return { PAGINA_DIR: join(root, 'apps/painel/dist') };
  if (app.name === 'notificacoes')
    return {
      ...cartas,
      PAINEL_URL: siteUrl('bff-admin', portOffset),
      GANCHOS_CHAVE: secrets.ganchosChave,
      ...(ownVapid(user) && vapidPair(secrets.vapidPrivada)),
    };
  if (app.name === 'reservas') return { FOTOS_DIR: context.photosFolder ?? join(context.emulatorFolder, 'fotos') };
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

/** Browsers know a sender by its keys: those of an installation in production are its own to say, and to keep. */
export const ownVapid = (user: Settings): boolean =>
  user['NODE_ENV'] !== 'production' && !Object.keys(user).some((name) => name.startsWith('VAPID_'));

/** What the user chose of the settings that this application declares, and nothing of another's. */
function allowedUserSettings(app: App, user: Settings): Settings {
  const own = new Set(
    readCatalog().flatMap(({ name, apps: taken, provided }) =>
      taken.includes(app.name) && !provided ? [name, `${name}_FILE`] : [],
    ),
  );
  return Object.fromEntries(Object.entries(user).filter(([name]) => own.has(name)));
}
