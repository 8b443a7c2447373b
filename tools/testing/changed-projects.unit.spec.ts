import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Tally } from '../nx/test.ts';
import { FailedProjects } from './changed-projects.ts';

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

const tally = (project: string, failed: number): Tally => ({
  project,
  passed: 1,
  failed,
  skipped: 0,
  success: failed === 0,
});

describe('O projeto em que um teste falhou', () => {
  const noted = (...rounds: [Tally[], boolean][]): string[] => {
    folders.push(mkdtempSync(join(tmpdir(), 'falhas-')));
    const folder = folders.at(-1) ?? '';
    for (const [tallies, whole] of rounds) new FailedProjects(folder).note(tallies, whole);
    return new FailedProjects(folder).list();
  };

  it('perde o que se guardara dele, ainda que só um arquivo tenha rodado', () => {
    expect(noted([[tally('libs/bff', 1), tally('e2e', 0)], false])).toEqual(['libs/bff']);
  });

  it('só volta a merecer confiança quando todos os testes dele dão certo', () => {
    expect(noted([[tally('libs/bff', 1)], true], [[tally('libs/bff', 0)], false])).toEqual(['libs/bff']);
    expect(noted([[tally('libs/bff', 1)], false], [[tally('libs/bff', 0)], true])).toEqual([]);
  });

  it('não a recebe de uma execução que o Jest recusou', () => {
    expect(noted([[tally('libs/bff', 1)], true], [[{ ...tally('libs/bff', 0), success: false }], true])).toEqual([
      'libs/bff',
    ]);
  });
});
