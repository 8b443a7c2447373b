import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The part of a version in the change log.
 *
 * @param tag with or without its v
 * @returns undefined where the change log does not have that version, or nothing of it
 */
export function notesOf(changelog: string, tag: string): string | undefined {
  const version = tag.replace(/^v/, '');
  const parts = changelog.split(/^## /m).slice(1);
  const part = parts.find((text) => text.replace(/^\[/, '').split(/[\]\s]/, 1)[0] === version);
  return part?.split('\n').slice(1).join('\n').trim() || undefined;
}

/* A step of the workflow `versao`; needs nothing installed. */
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const tag = process.argv[2] ?? '';
  const notes = notesOf(readFileSync(join(import.meta.dirname, '../../CHANGELOG.md'), 'utf8'), tag);
  if (notes === undefined) {
    console.error(`O CHANGELOG não conta a versão "${tag}": ponha lá a seção dela antes da marca.`);
    process.exitCode = 1;
  } else console.log(notes);
}
