import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { commands } from './commands.mjs';
import { root } from './paths.ts';

/** Of our packages, what is there before anything is compiled. */
const written = new Set(['@plataforma/platform/closed-output']);

const STATIC = /^(?:import|export) (?!type )(?:[^'";]*? from )?'(?<from>[^']+)';/gm;

/** The way from a file to what only the build writes, by imports that are done before anything runs. */
function wayToTheBuilt(file: string, way: readonly string[] = [], seen = new Set<string>()): string[] | undefined {
  if (seen.has(file)) return undefined;
  seen.add(file);
  for (const match of readFileSync(file, 'utf8').matchAll(STATIC)) {
    const from = match.groups?.['from'] ?? '';
    if ((from.startsWith('@plataforma/') && !written.has(from)) || from.includes('/dist/')) return [...way, file, from];
    const found = from.startsWith('.') ? wayToTheBuilt(join(dirname(file), from), [...way, file], seen) : undefined;
    if (found) return found;
  }
  return undefined;
}

describe('o que começa sem nada compilado', () => {
  const compiled = Object.entries(commands)
    .filter(([, command]) => 'compiled' in command)
    .map(([name]) => `${name.replace(':', '-')}.ts`);
  const others = readdirSync(join(root, 'tools')).filter((name) => name.endsWith('.ts') && !compiled.includes(name));

  it.each(others)('tools/%s carrega só depois de compilar o que a compilação escreve', (name) => {
    const way = wayToTheBuilt(join(root, 'tools', name));
    expect(way?.map((file) => file.replace(`${root}/`, '')).join(' → ')).toBeUndefined();
  });
});
