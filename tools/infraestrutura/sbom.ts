import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cli/paths.ts';

interface LockedPackage {
  name?: string;
  version?: string;
  integrity?: string;
  license?: string;
  dev?: boolean;
  devOptional?: boolean;
  link?: boolean;
}

/**
 * Everything that a production installation may hold, in CycloneDX 1.6 (ECMA-424), straight from the lock file: what
 * `npm sbom` lists leaves out what workspaces bring along. The same lock file gives the same bytes.
 */
export function billOfMaterials(lock: string): string {
  const { name, version, packages } = JSON.parse(lock) as {
    name: string;
    version: string;
    packages: Record<string, LockedPackage>;
  };
  const components = Object.entries(packages).flatMap(([path, locked]) => {
    if (!path.includes('node_modules/') || locked.dev || locked.devOptional || locked.link) return [];
    const full = locked.name ?? path.replace(/^.*node_modules\//, '');
    const purl = `pkg:npm/${full.replace(/^@/, '%40')}@${locked.version}`;
    const [, algorithm = '', digest = ''] = /^(sha\d+)-(.+)$/.exec(locked.integrity ?? '') ?? [];
    return {
      type: 'library',
      'bom-ref': `${purl}#${path}`,
      name: full,
      version: locked.version,
      purl,
      ...(locked.license ? { licenses: [{ expression: locked.license }] } : {}),
      ...(digest
        ? {
            hashes: [{ alg: algorithm.replace('sha', 'SHA-'), content: Buffer.from(digest, 'base64').toString('hex') }],
          }
        : {}),
    };
  });
  const mark = createHash('sha256').update(lock).digest('hex');
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: { type: 'application', name, version, 'bom-ref': name },
      properties: [{ name: 'package-lock.sha256', value: mark }],
    },
    components,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

if (import.meta.main) process.stdout.write(billOfMaterials(readFileSync(join(root, 'package-lock.json'), 'utf8')));
