import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type AppOptions, createApp, loadConfig, openApiDocument, type Rota, rotasDe } from '@plataforma/platform';
import { apps, type App } from '../apps.ts';
import { root } from '../cli/paths.ts';

/** Well-formed settings of nothing that exists: an application is built from them, and never connects. */
const documentationSettings = {
  PORT: '0',
  LOG_LEVEL: 'error',
  JWKS_URL: 'http://auth.invalid/.well-known/jwks.json',
  JWT_ISSUER: 'http://auth.invalid',
  JWT_AUDIENCE: 'plataforma-de-reservas',
  DATABASE_URL: 'postgres://documentacao@postgres.invalid/documentacao',
  REDIS_URL: 'redis://redis.invalid',
  RABBITMQ_URL: 'amqp://rabbitmq.invalid',
  STRIPE_SECRET_KEY: 'sk_test_documentacao',
  STRIPE_WEBHOOK_SECRET: 'whsec_documentacao',
  AUTH_CHAVE_MESTRA: Buffer.alloc(32).toString('base64'),
  CARTAS_CHAVE: Buffer.alloc(32).toString('base64'),
  GANCHOS_CHAVE: Buffer.alloc(32).toString('base64'),
  AUTH_URL: 'http://auth.invalid',
  RESERVAS_URL: 'http://reservas.invalid',
  PAGAMENTOS_URL: 'http://pagamentos.invalid',
  NOTIFICACOES_URL: 'http://notificacoes.invalid',
};

type Module = Parameters<typeof createApp>[0];
type Settings = Parameters<typeof loadConfig>[0];

/** What `app.module.ts` (and `config.ts`, where the settings have a file of their own) exports. */
interface Program {
  readonly AppModule?: { with(config: unknown): Module };
  readonly appModule?: (config: unknown) => Module;
  readonly application?: AppOptions;
  readonly settings?: Settings;
}

export const documented = apps.filter(({ folder }) => existsSync(join(root, folder, 'src/app.module.ts')));

interface Documents {
  readonly openApi: Record<string, unknown>;
  readonly routes: Record<string, readonly Rota[]>;
}

/** OpenAPI documents and routes of the services and BFFs, by name. They must have been compiled. */
export async function applicationDocuments(): Promise<Documents> {
  const documents: Documents = { openApi: {}, routes: {} };
  for (const app of documented) {
    const { nest, options } = await buildApplication(app);
    documents.openApi[app.name] = await openApiDocument(nest, options);
    documents.routes[app.name] = rotasDe(nest);
    await nest.close();
  }
  return documents;
}

/** What each service and BFF declares of its settings, by name. They must have been compiled. */
export async function settingsDeclarations(): Promise<Record<string, Settings>> {
  const declarations: Record<string, Settings> = {};
  for (const app of apps.filter(({ kind }) => kind !== 'emulator')) {
    const { settings } = await load(app);
    if (!settings) throw new Error(`${app.folder} does not export its settings`);
    declarations[app.name] = settings;
  }
  return declarations;
}

/** An application that is connected to nothing and does not listen. @param from its compiled or its source files */
export async function buildApplication(
  app: App,
  from: 'dist' | 'src' = 'dist',
  settings: Readonly<Record<string, string>> = {},
) {
  const program = await load(app, from);
  const options = program.application;
  if (!options || !program.settings) throw new Error(`${app.folder} does not export its options and settings`);
  const config = loadConfig(program.settings, { ...documentationSettings, ...settings });
  const module = program.AppModule?.with(config) ?? program.appModule?.(config);
  if (!module) throw new Error(`${app.folder} does not export its module`);
  return { nest: await createApp(module, options), options };
}

async function load({ folder }: App, from: 'dist' | 'src' = 'dist'): Promise<Program> {
  const file = (name: string): string => join(root, folder, from, `${name}.${from === 'dist' ? 'js' : 'ts'}`);
  const own = (await import(file('app.module'))) as Program;
  if (own.settings) return own;
  const { settings } = (await import(file('config'))) as Program;
  return { ...own, ...(settings && { settings }) };
}
