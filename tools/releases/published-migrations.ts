import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { root } from '../cli/paths.ts';
import { refusals } from './migration-rules.ts';

/** The migrations that have been published, each with the SHA-256 of its text. */
export interface PublishedMigrations {
  /** Of before there were rules: what they do was done when nothing else ran. */
  readonly antesDaRegra: Readonly<Record<string, string>>;
  readonly desdeARegra: Readonly<Record<string, string>>;
}

export const publishedFile = 'tools/releases/migracoes-publicadas.json';

/** The text of every migration, by its path from the root. */
export function readMigrations(): Map<string, string> {
  const paths = globSync('{libs,services}/*/migrations/*.sql', { cwd: root }).sort();
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

export const readPublished = (): PublishedMigrations =>
  JSON.parse(readFileSync(join(root, publishedFile), 'utf8')) as PublishedMigrations;

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What is wrong with the migrations, one sentence each with the path; what is merely not in the list yet is not. */
export function migrationProblems(migrations: ReadonlyMap<string, string>, published: PublishedMigrations): string[] {
  const known = { ...published.antesDaRegra, ...published.desdeARegra };
  const changed = Object.entries(known).flatMap(([path, hash]) => {
    const text = migrations.get(path);
    if (text === undefined) return [`${path}: foi publicada e desapareceu`];
    return digest(text) === hash
      ? []
      : [
          `${path}: foi publicada e mudou; onde já rodou não roda outra vez. Desfaça, e escreva outra (se ainda não saiu em versão nenhuma, tire a linha dela de ${publishedFile} e rode npm run generate)`,
        ];
  });
  const judged = [...migrations].filter(([path]) => !Object.hasOwn(published.antesDaRegra, path));
  return [
    ...changed,
    ...judged
      .filter(([path]) => !/^\d{4}-.+\.sql$/.test(basename(path)))
      .map(([path]) => `${path}: o nome não é NNNN-nome.sql`),
    ...judged.flatMap(([path, sql]) => refusals(sql).map((sentence) => `${path}:${sentence}`)),
  ];
}

/** The list with the migrations that it does not have yet, and that no rule refuses. */
export function withNewMigrations(
  migrations: ReadonlyMap<string, string>,
  published: PublishedMigrations,
): PublishedMigrations {
  const known = { ...published.antesDaRegra, ...published.desdeARegra };
  const added = [...migrations].filter(([path, sql]) => !Object.hasOwn(known, path) && refusals(sql).length === 0);
  const all = [
    ...Object.entries(published.desdeARegra),
    ...added.map(([path, sql]): [string, string] => [path, digest(sql)]),
  ];
  return { ...published, desdeARegra: Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1))) };
}
