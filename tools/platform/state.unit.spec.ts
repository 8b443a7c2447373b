import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { instanceFolder } from '../cli/paths.ts';
import { rememberData } from '../infra/data-places.ts';
import { loadSecrets, secretsFile } from '../infra/secrets.ts';
import { claimInstance } from './state.ts';

describe('An instance that a command has claimed and gives free again', () => {
  const instance = `spec-${randomBytes(4).toString('hex')}`;
  const folder = instanceFolder(instance);
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('leaves nothing when it was new, and was refused before it had data anywhere', () => {
    const release = claimInstance(instance, 0);
    loadSecrets(folder);
    release();
    expect(existsSync(folder)).toBe(false);
  });

  it('keeps what opens its data as soon as it has some', () => {
    const release = claimInstance(instance, 0);
    loadSecrets(folder);
    rememberData(instance, 'native');
    release();
    expect(existsSync(join(folder, secretsFile))).toBe(true);
    claimInstance(instance, 0)();
    expect(existsSync(join(folder, secretsFile))).toBe(true);
  });

  it('keeps what somebody put there before its first start', () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, secretsFile), '{}');
    claimInstance(instance, 0)();
    expect(existsSync(join(folder, secretsFile))).toBe(true);
  });
});
