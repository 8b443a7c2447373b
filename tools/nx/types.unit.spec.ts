import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root } from '../cli/paths.ts';

describe('Os tipos que se conferem', () => {
  it('são também os das declarações que a compilação escreve', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tipos-'));
    try {
      writeFileSync(
        join(folder, 'tsconfig.json'),
        JSON.stringify({
          extends: join(root, 'tsconfig.lint.json'),
          compilerOptions: { types: [], emitDecoratorMetadata: false },
          include: ['*.ts'],
        }),
      );
      writeFileSync(join(folder, 'a.ts'), 'export function a() { return class { private b = 1; c = () => this.b; }; }');
      const { stdout } = spawnSync(
        process.execPath,
        [join(root, 'node_modules/typescript-native/bin/tsc'), '-p', folder],
        { encoding: 'utf8' },
      );
      expect(stdout).toContain('TS4094');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
