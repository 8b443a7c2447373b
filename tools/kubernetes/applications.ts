import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { apps } from '../apps.ts';
import { root } from '../cli/paths.ts';
import type { CatalogEntry } from '../platform/catalog.ts';

export const applicationsFile = 'infra/k8s/plataforma/aplicacoes.json';

/** What the chart knows of an application, and nobody writes by hand. */
export interface ChartApplication {
  name: string;
  port: number;
  /** Its own database, which a job migrates before it. */
  database?: string;
  broker: boolean;
  cache: boolean;
  /** The applications that it asks, by the setting that names their address. */
  calls: Record<string, string>;
  /** Whether the gateway asks it. */
  public: boolean;
  /** Whether it asks providers outside. */
  providers: boolean;
  /** Its work, in RabbitMQ. */
  queues: string[];
  /** Settings that are files of secrets: what it cannot do without, and what it may be given. */
  secrets: { required: string[]; optional: string[] };
  /** Every other setting it takes that an installation chooses. */
  settings: string[];
}

/** Settings of what is asked outside without a secret of its own. */
const outside = new Set(['FOTOS_S3_BALDE', 'CALENDARIOS_LOCAIS']);

interface Topology {
  bindings: readonly string[];
}

/** The applications as the catalogue, the gateway and the queues tell of them; the emulator is not for clusters. */
export function chartApplications(catalog: CatalogEntry[], kong: string, { bindings }: Topology): ChartApplication[] {
  const behindGateway = new Set([...kong.matchAll(/^\s+host: (\S+)\.upstream$/gm)].map(([, name]) => name));
  const queues = [
    ...new Set(bindings.flatMap((line) => /^a fila (\S+) recebe \S+ de reservas\.events$/.exec(line)?.[1] ?? [])),
  ];
  const real = apps.filter(({ kind }) => kind === 'service' || kind === 'bff');
  const names = new Map(real.map(({ name }) => [`${name.toUpperCase().replace('-', '_')}_URL`, name]));
  return real.map(({ name, port, database, broker, cache }) => {
    const own = catalog.filter(({ apps: takers }) => takers.includes(name));
    const secret = own.filter((entry) => entry.secret);
    const required = new Set(
      secret.filter(({ usual, provided }) => isRequired(usual, provided)).map((entry) => entry.name),
    );
    const named = secret.map((entry) => entry.name);
    return {
      name,
      port,
      ...(database ? { database } : {}),
      broker: broker !== undefined,
      cache: cache !== undefined,
      calls: Object.fromEntries([
        ['JWKS_URL', 'auth'],
        ...own.flatMap((entry) => (names.has(entry.name) ? [[entry.name, names.get(entry.name) ?? '']] : [])),
      ]) as Record<string, string>,
      public: behindGateway.has(name),
      providers: own.some(
        (entry) => outside.has(entry.name) || (entry.secret && !entry.provided && entry.usual !== 'gerada'),
      ),
      queues: queues.filter((queue) => queue.startsWith(`${name}.`)),
      secrets: {
        required: named.filter((each) => required.has(each)),
        optional: named.filter((each) => !required.has(each)),
      },
      settings: own.filter((entry) => !entry.secret && !entry.provided).map((entry) => entry.name),
    };
  });
}

/** In a cluster there is neither an emulator nor anybody to generate a key. */
const isRequired = (usual: string, provided: boolean): boolean =>
  provided ? usual === 'obrigatória' : ['gerada', 'o emulador', 'o do emulador'].includes(usual);

export async function applicationsDocument(
  catalog: CatalogEntry[],
  kong: string,
  topology: Topology,
): Promise<[string, string]> {
  const text = JSON.stringify({ aplicacoes: chartApplications(catalog, kong, topology) });
  const path = join(root, applicationsFile);
  return [applicationsFile, await format(text, { ...(await resolveConfig(path)), filepath: path })];
}

export const readApplications = (): ChartApplication[] =>
  (JSON.parse(readFileSync(join(root, applicationsFile), 'utf8')) as { aplicacoes: ChartApplication[] }).aplicacoes;
