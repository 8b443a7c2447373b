import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import mjml2html from 'mjml';
import { build } from './cli/build.ts';
import { command } from './cli/command.ts';
import { root } from './cli/paths.ts';
import { UserError } from './cli/user-error.ts';
import { drawSpace, type DrawnSpace } from './demo/photos.ts';
import { brokenPromises, publishedTexts, schemasFolder } from './documents/history.ts';
import { lintDocuments } from './documents/lint.ts';
import { dashboardFiles } from './observability/paineis.ts';
import { publishedFile, readMigrations, readPublished, withNewMigrations } from './releases/published-migrations.ts';

const folder = 'docs/api';
const frameOfEmails = 'services/notificacoes/modelos/moldura.hbs';

await command('generate', async ({ values }) => {
  const onlyCheck = values.check === true;
  await build();
  const files = await generate();
  if (onlyCheck) requireUpToDate(files);
  else write(files);
  const problems = await lintDocuments(
    [...files.keys()].filter((path) => /^docs\/api\/(asyncapi|openapi\/.+)\.json$/.test(path)),
  );
  if (problems !== undefined) throw new UserError(`Os documentos gerados violam redocly.yaml:\n${problems}`);
  console.log(`${files.size} documentos: ${onlyCheck ? 'em dia e válidos' : 'gerados e válidos'}`);
});

/** The text of every document by its path from the root. @throws UserError when a published message would change */
async function generate(): Promise<Map<string, string>> {
  // What was just compiled; not to be loaded before.
  const [
    { applicationDocuments, settingsDeclarations },
    { accessTable },
    { asyncApiDocument, messageSchemas },
    { catalogOf, settingsDocuments },
    { currentTopology, topologyFile, topologyLosses },
    { kongDocument },
    { applicationsDocument },
    { metricsDocument },
  ] = await Promise.all([
    import('./documents/applications.ts'),
    import('./documents/access.ts'),
    import('./documents/messages.ts'),
    import('./documents/settings.ts'),
    import('./releases/topology.ts'),
    import('./edge/kong-file.ts'),
    import('./kubernetes/applications.ts'),
    import('./documents/metrics.ts'),
  ]);
  const schemas = messageSchemas();
  const broken = await brokenPromises(schemas);
  if (broken.length > 0) {
    throw new UserError(
      `Uma versão publicada só pode ganhar campos opcionais; publique a versão seguinte ao lado dela:\n${broken.map((change) => `  - ${change}`).join('\n')}`,
    );
  }
  const topology = await currentTopology();
  const lost = (await publishedTexts(topologyFile)).flatMap((text) =>
    topologyLosses(JSON.parse(text) as typeof topology, topology),
  );
  if (lost.length > 0)
    throw new UserError(
      `Filas e ligações só crescem: a versão anterior segue em execução ao lado da nova.\n${[...new Set(lost)].map((change) => `  - ${change}`).join('\n')}\nO que mais nada usa pode sair: ponha a frase e o motivo em contractions, de tools/releases/topology.ts.`,
    );
  const { openApi, routes } = await applicationDocuments();
  const documents: [string, unknown][] = [
    ...Object.entries(openApi).map(([name, document]): [string, unknown] => [
      `${folder}/openapi/${name}.json`,
      document,
    ]),
    [`${folder}/asyncapi.json`, asyncApiDocument()],
    [topologyFile, topology],
    [publishedFile, withNewMigrations(readMigrations(), readPublished())],
    ...Object.entries(schemas).map(([type, schema]): [string, unknown] => [`${schemasFolder}/${type}.json`, schema]),
  ];
  const declarations = await settingsDeclarations();
  const kong = kongDocument(routes);
  return new Map([
    ...documents.map(([path, document]): [string, string] => [
      path,
      `${JSON.stringify(sorted(document), undefined, 2)}\n`,
    ]),
    [`${folder}/acesso.md`, accessTable(routes)],
    [`${folder}/metricas.md`, metricsDocument()],
    ...(await observabilityFiles()),
    kong,
    await applicationsDocument(catalogOf(declarations), kong[1], topology),
    ...(await settingsDocuments(declarations)),
    ...(await demonstrationPhotos()),
    [frameOfEmails, await compiledFrame()],
  ]);
}

/** The frame of e-mails as Handlebars fills it; MJML's part of the work is done here, once, and not by the service. */
async function compiledFrame(): Promise<string> {
  const source = readFileSync(join(root, frameOfEmails.replace(/hbs$/, 'mjml')), 'utf8');
  // Nothing is fetched when a letter is read: a request would tell that it was.
  const { html } = await mjml2html(source, { validationLevel: 'strict', keepComments: false, fonts: {} });
  return `${html.trim()}\n`;
}

/** Rules, dashboards and runbooks, as whoever formats the repository would write them. */
async function observabilityFiles(): Promise<[string, string][]> {
  const [{ format }, { ruleFiles }] = await Promise.all([import('prettier'), import('./observability/regras.ts')]);
  const files = [...ruleFiles(), ...dashboardFiles()];
  const parser = (path: string) => (path.endsWith('.json') ? 'json' : path.endsWith('.md') ? 'markdown' : 'yaml');
  return Promise.all(
    files.map(async ([path, text]): Promise<[string, string]> => [
      path,
      await format(text, { parser: parser(path), printWidth: 120, singleQuote: true }),
    ]),
  );
}

/** The pictures of the demonstration spaces, where the BFFs serve them from. */
async function demonstrationPhotos(): Promise<[string, string][]> {
  const { SEEDS, fotosDe } = (await import(join(root, 'services/reservas/dist/infrastructure/seed-demo.js'))) as {
    SEEDS: DrawnSpace[];
    fotosDe: (nome: string) => string[];
  };
  return SEEDS.flatMap((space) =>
    fotosDe(space.nome).map((path, index): [string, string] => [`libs/bff${path}`, drawSpace(space, index + 1)]),
  );
}

/** The same value with the keys of its objects in order, so that the same contracts give the same bytes. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

function existing(): string[] {
  try {
    return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.json'))
      .map((file) => `${folder}/${file}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function requireUpToDate(files: Map<string, string>): void {
  const stale = existing().filter((path) => !files.has(path));
  const different = [...files].filter(
    ([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text,
  );
  const wrong = [...stale, ...different.map(([path]) => path)];
  if (wrong.length > 0)
    throw new UserError(
      `Documentos fora de dia com o código:\n${wrong.map((path) => `  - ${path}`).join('\n')}\nRode: npm run generate`,
    );
}

function write(files: Map<string, string>): void {
  for (const path of existing()) if (!files.has(path)) rmSync(join(root, path));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}
