import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root } from '../cli/paths.ts';

/** The lines to be pasted into a shell, of every document. */
const blocks = globSync('{*,{docs,services,bffs,libs,tools}/**/*}.md', {
  cwd: root,
  exclude: (name) => ['node_modules', 'dist'].includes(name),
}).flatMap((path) => {
  const text = readFileSync(join(root, path), 'utf8');
  return [...text.matchAll(/^```(?:sh|bash|zsh|shell|console)\n([\s\S]*?)^```/gm)].map(({ 1: script = '', index }) => ({
    where: `${path}:${text.slice(0, index).split('\n').length + 1}`,
    script,
  }));
});

/** What some interactive shell takes for something else. */
const offences: [name: string, of: RegExp][] = [
  ['a comment, which an interactive zsh runs as a command or passes on', /(?<![^\s;])#.*/],
  ['an array, which dash does not have', /\w\+?=\(.*|\$\{\w+\[.*/],
  ['a placeholder in angles, which redirects', /<[\p{L}\d_-]+…?>.*/u],
];

describe('O que os documentos dão para colar num shell', () => {
  it('é encontrado', () => expect(blocks.length).toBeGreaterThan(15));

  it.each(blocks)('$where é o que parece em qualquer shell', ({ script }) => {
    expect(
      offences.flatMap(([name, of]) => [...script.matchAll(new RegExp(of, 'gu'))].map(([found]) => [name, found])),
    ).toEqual([]);
    expect(spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});
