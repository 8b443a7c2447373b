import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { instanceFolder } from '../cli/paths.ts';
import { rememberData } from '../infra/data-places.ts';
import { loadSecrets, secretsFile } from '../infra/secrets.ts';
import { claimInstance } from './state.ts';

describe('Uma instância que um comando tomou e devolve', () => {
  const instance = `spec-${randomBytes(4).toString('hex')}`;
  const folder = instanceFolder(instance);
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('nada deixa quando era nova, e foi recusada antes de ter dados em algum lugar', () => {
    const release = claimInstance(instance, 0);
    loadSecrets(folder);
    release();
    expect(existsSync(folder)).toBe(false);
  });

  it('guarda o que abre os seus dados assim que os tem', () => {
    const release = claimInstance(instance, 0);
    loadSecrets(folder);
    rememberData(instance, 'native');
    release();
    expect(existsSync(join(folder, secretsFile))).toBe(true);
    claimInstance(instance, 0)();
    expect(existsSync(join(folder, secretsFile))).toBe(true);
  });

  it('guarda o que alguém pôs ali antes do primeiro início', () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, secretsFile), '{}');
    claimInstance(instance, 0)();
    expect(existsSync(join(folder, secretsFile))).toBe(true);
  });
});
