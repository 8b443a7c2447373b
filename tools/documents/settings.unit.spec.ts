import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { setting } from '@plataforma/platform';
import { parse } from 'yaml';
import { z } from 'zod';
import { settings as admin } from '../../bffs/admin/src/app.module.js';
import { settings as mobile } from '../../bffs/mobile/src/app.module.js';
import { settings as web } from '../../bffs/web/src/app.module.js';
import { settings as auth } from '../../services/auth/src/config.js';
import { settings as notificacoes } from '../../services/notificacoes/src/app.module.js';
import { settings as pagamentos } from '../../services/pagamentos/src/app.module.js';
import { settings as reservas } from '../../services/reservas/src/app.module.js';
import { root } from '../cli/paths.ts';
import { externalServers, readCatalog } from '../platform/catalog.ts';
import { catalogOf } from './settings.ts';

const declarations = {
  auth,
  reservas,
  pagamentos,
  notificacoes,
  'bff-web': web,
  'bff-mobile': mobile,
  'bff-admin': admin,
};
const fileOf = (path: string): string => readFileSync(join(root, path), 'utf8');
const catalog = catalogOf(declarations);
const chosen = [...externalServers, ...catalog.filter(({ provided }) => !provided)];

describe('The catalogue of settings', () => {
  it('is what the applications declare, and what npm start reads', () => {
    expect(readCatalog()).toEqual([...externalServers, ...catalog]);
  });

  it('has every setting that an application declares, and who takes it', () => {
    for (const [app, shape] of Object.entries(declarations))
      expect(
        catalog
          .filter(({ apps }) => apps.includes(app))
          .map(({ name }) => name)
          .sort(),
      ).toEqual(Object.keys(shape).sort());
  });

  it('is what .env.example lists, each with an example that is accepted', () => {
    const example = parseEnv(fileOf('.env.example').replaceAll(/^# ([A-Z][A-Z0-9_]*=)/gm, '$1'));
    expect(Object.keys(example).sort()).toEqual(chosen.map(({ name }) => name).sort());
    for (const [app, shape] of Object.entries(declarations))
      for (const [name, schema] of Object.entries<z.ZodType>(shape))
        if (example[name] && schema.safeParse(example[name]).error !== undefined)
          expect(`${app} ${name}=${example[name]}`).toBe('accepted');
  });

  it('is the table in the README', () => {
    const rows = [...fileOf('README.md').matchAll(/^\| `([A-Z][A-Z0-9_]*)` +\|/gm)].map(([, name]) => name);
    expect(rows).toEqual(chosen.map(({ name }) => name));
  });

  it('reaches the applications in docker-compose.yml', () => {
    const { services } = parse(fileOf('docker-compose.yml'), { merge: true }) as {
      services: Record<string, { environment: Record<string, string> }>;
    };
    for (const { name, apps } of chosen)
      for (const app of apps)
        expect([app, name, services[app]?.environment[name]]).toEqual([app, name, expect.stringContaining('${')]);
  });

  it('refuses a setting that tells nothing of itself, or is told in two ways', () => {
    expect(() => catalogOf({ auth: { NOVA: z.string() } })).toThrow('NOVA has no description');
    const told = (description: string) => ({ NOVA: setting(z.string(), { description }) });
    expect(() => catalogOf({ auth: told('uma coisa'), reservas: told('outra') })).toThrow('two ways');
  });
});
