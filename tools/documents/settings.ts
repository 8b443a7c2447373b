import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SettingMeta } from '@plataforma/platform';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';
import { apps } from '../apps.ts';
import { root } from '../cli/paths.ts';
import { type CatalogEntry, catalogFile, ofTheCommands } from '../platform/catalog.ts';

/** The settings of each application by its name, as it declares them. */
export type Declarations = Record<string, z.ZodRawShape>;

const byApp = (name: string): number => apps.findIndex((app) => app.name === name);

/** @throws Error naming a setting that tells nothing of itself, or that two applications tell differently */
export function catalogOf(declarations: Declarations): CatalogEntry[] {
  const entries = new Map<string, CatalogEntry>();
  for (const [app, shape] of Object.entries(declarations).sort(([a], [b]) => byApp(a) - byApp(b))) {
    for (const [name, schema] of Object.entries(shape)) {
      const entry = entryOf(name, schema as z.ZodType);
      const known = entries.get(name);
      if (known && known.description !== entry.description)
        throw new Error(`${name} is described in two ways: in ${known.apps.join(', ')} and in ${app}`);
      if (known) known.apps.push(app);
      else entries.set(name, { ...entry, apps: [app] });
    }
  }
  // What more applications take comes first; within that, the order in which they declare it.
  return [...entries.values()].sort(
    (a, b) =>
      Number(a.provided) - Number(b.provided) ||
      b.apps.length - a.apps.length ||
      byApp(a.apps[0] ?? '') - byApp(b.apps[0] ?? ''),
  );
}

/** A value as it would be written in `.env`. */
const textOf = (value: unknown): string =>
  Array.isArray(value) ? value.join(',') : typeof value === 'string' ? value : JSON.stringify(value);

function entryOf(name: string, schema: z.ZodType): CatalogEntry {
  const meta = schema.meta() as Partial<SettingMeta> | undefined;
  if (!meta?.description) throw new Error(`${name} has no description: declare it with setting()`);
  const byDefault = schema.safeParse(undefined);
  const value = byDefault.success && byDefault.data !== undefined ? textOf(byDefault.data) : '';
  const form = z.toJSONSchema(schema, { unrepresentable: 'any' });
  return {
    name,
    apps: [],
    description: meta.description,
    usual: meta.usual ?? (value || (byDefault.success ? 'nada' : 'obrigatória')),
    example: meta.example ?? value,
    secret: meta.secret === true,
    provided: meta.provided === true,
    ...(meta.provided ? {} : textForm(schema, meta as SettingMeta)),
    ...(form.enum ? { values: form.enum.map(String) } : {}),
    ...(form.type === 'integer' && form.minimum !== undefined ? { minimum: form.minimum } : {}),
    ...(form.type === 'integer' && form.maximum !== undefined && form.maximum < Number.MAX_SAFE_INTEGER
      ? { maximum: form.maximum }
      : {}),
  };
}

/** What a text must look like where it can be told by a regular expression, and the application's own words for it. */
function textForm(schema: z.ZodType, { form, example }: SettingMeta): Pick<CatalogEntry, 'form' | 'expected'> {
  const { type, format, pattern } = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' });
  if (format === 'uri') return { form: '^[a-z]+://[^\\s/]+', expected: `esperado um endereço, como ${example ?? ''}` };
  if (format === 'email') return { form: '^[^\\s@]+@[^\\s@]+$', expected: 'esperado um endereço de e-mail' };
  const judged = form ?? (type === 'string' ? pattern : undefined);
  const complaint = schema.safeParse('?').error?.issues[0]?.message;
  return judged !== undefined && complaint !== undefined ? { form: judged, expected: complaint } : {};
}

/** The files that tell of the settings, by path. */
export async function settingsDocuments(declarations: Declarations): Promise<Map<string, string>> {
  const catalog = catalogOf(declarations);
  const chosen = catalog.filter(({ provided }) => !provided);
  const within = async (path: string, mark: string, text: string): Promise<[string, string]> => [
    path,
    await formatted(path, replaceBetween(readFileSync(join(root, path), 'utf8'), mark, text)),
  ];
  return new Map([
    [catalogFile, await formatted(catalogFile, JSON.stringify(catalog))],
    ['.env.example', environmentExample([...ofTheCommands, ...chosen])],
    await within('README.md', 'configuração', settingsTable([...ofTheCommands, ...chosen])),
    await within('docker-compose.yml', 'ajustes', composeSettings(chosen)),
  ]);
}

async function formatted(path: string, text: string): Promise<string> {
  const file = join(root, path);
  return format(text, { ...(await resolveConfig(file)), filepath: file });
}

/** Replaces what stands between the lines that bear `início: mark` and `fim: mark`. */
function replaceBetween(text: string, mark: string, inner: string): string {
  const lines = text.split('\n');
  const [from, to] = ['início', 'fim'].map((end) => lines.findIndex((line) => line.includes(`${end}: ${mark}`)));
  if (from === undefined || to === undefined || from < 0 || to < from)
    throw new Error(`the marks "início: ${mark}" and "fim: ${mark}" were not found`);
  return [...lines.slice(0, from + 1), inner, ...lines.slice(to)].join('\n');
}

const recipients = ({ apps: taken }: CatalogEntry): string => {
  const ofKind = (kind: string): string[] => apps.filter((app) => app.kind === kind).map(({ name }) => name);
  const [services, bffs] = [ofKind('service'), ofKind('bff')];
  const all = (names: string[]): boolean => names.every((name) => taken.includes(name));
  if (taken.length === 0) return 'os comandos';
  if (all([...services, ...bffs])) return 'todas';
  if (all(bffs) && taken.length === bffs.length) return 'os BFFs';
  if (all(services) && taken.length === services.length) return 'os serviços';
  return taken.join(', ');
};

const range = ({ values, minimum, maximum }: CatalogEntry): string => {
  if (values) return values.join(', ');
  if (minimum === undefined) return '';
  return maximum === undefined ? `a partir de ${minimum}` : `de ${minimum} a ${maximum}`;
};

function settingsTable(entries: CatalogEntry[]): string {
  const rows = entries.map((entry) => {
    const limits = range(entry);
    const what = `${entry.description}${limits ? ` (${limits})` : ''}${entry.secret ? '. **Segredo**' : ''}`;
    return `| \`${entry.name}\` | ${entry.usual} | ${recipients(entry)} | ${what} |`;
  });
  return ['', '| variável | sem ela | quem a recebe | o que é |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}

function environmentExample(entries: CatalogEntry[]): string {
  const comment = (text: string): string[] => {
    const lines = [''];
    for (const word of text.split(' ')) {
      const last = lines.length - 1;
      if (`${lines[last]} ${word}`.length > 117) lines.push(word);
      else lines[last] = lines[last] ? `${lines[last]} ${word}` : word;
    }
    return lines.map((line) => `# ${line}`);
  };
  const paragraphs = entries.map((entry) => {
    const limits = range(entry);
    const facts = [limits, `sem ela: ${entry.usual}`, `para: ${recipients(entry)}`].filter(Boolean).join('; ');
    return [...comment(`${entry.description} (${facts}).`), `# ${entry.name}=${entry.example}`].join('\n');
  });
  return `${[
    [
      ...comment(
        'Copie para `.env` o que quiser mudar e tire o `#`. Nada aqui é obrigatório: sem `.env`, `npm start` gera os segredos em .data/<instância>/segredos.json e usa servidores próprios. Só o que está nesta lista é aceito no `.env`; a mesma variável no ambiente vence a do arquivo. Todo segredo pode ser dado também como NOME_FILE=/caminho.',
      ),
      '#',
      ...comment(
        'As quatro primeiras nomeiam servidores seus (--infra=external; escolhido sozinho quando as quatro estão definidas). São os endereços do administrador, com os quais se criam bancos e papéis; as aplicações recebem outros, com menos poderes.',
      ),
      '#',
      ...comment('Este arquivo é gerado das declarações das aplicações: npm run generate.'),
    ].join('\n'),
    ...paragraphs,
  ].join('\n\n')}\n`;
}

/** What the user chose, for each application; an empty variable counts as absent. */
function composeSettings(entries: CatalogEntry[]): string {
  const block = (app: string): string => {
    const taken = entries.filter((entry) => entry.apps.includes(app));
    return [`x-ajustes-${app}: &ajustes-${app}`, ...taken.map(({ name }) => `  ${name}: \${${name}:-}`)].join('\n');
  };
  return apps
    .filter(({ kind }) => kind !== 'emulator')
    .map(({ name }) => block(name))
    .join('\n\n');
}
