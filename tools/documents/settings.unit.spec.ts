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
import { ofTheCommands, readCatalog } from '../platform/catalog.ts';
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
const chosen = [...ofTheCommands, ...catalog.filter(({ provided }) => !provided)];

describe('O catálogo de ajustes', () => {
  it('é o que as aplicações declaram, e o que npm start lê', () => {
    expect(readCatalog()).toEqual([...ofTheCommands, ...catalog]);
  });

  it('tem cada ajuste que uma aplicação declara, e quem o recebe', () => {
    for (const [app, shape] of Object.entries(declarations))
      expect(
        catalog
          .filter(({ apps }) => apps.includes(app))
          .map(({ name }) => name)
          .sort(),
      ).toEqual(Object.keys(shape).sort());
  });

  it('é o que .env.example lista, cada um com um exemplo que é aceito', () => {
    const example = parseEnv(fileOf('.env.example').replaceAll(/^# ([A-Z][A-Z0-9_]*=)/gm, '$1'));
    expect(Object.keys(example).sort()).toEqual(chosen.map(({ name }) => name).sort());
    for (const [app, shape] of Object.entries(declarations))
      for (const [name, schema] of Object.entries<z.ZodType>(shape))
        if (example[name] && schema.safeParse(example[name]).error !== undefined)
          expect(`${app} ${name}=${example[name]}`).toBe('accepted');
  });

  it('é a tabela do README', () => {
    const rows = [...fileOf('README.md').matchAll(/^\| `([A-Z][A-Z0-9_]*)` +\|/gm)].map(([, name]) => name);
    expect(rows).toEqual(chosen.map(({ name }) => name));
  });

  it('chega às aplicações no docker-compose.yml', () => {
    const { services } = parse(fileOf('docker-compose.yml'), { merge: true }) as {
      services: Record<string, { environment: Record<string, string>; volumes?: string[] }>;
    };
    for (const { name, apps } of chosen)
      for (const app of apps) {
        // A folder reaches a container by being mounted there.
        const mounted = services[app]?.volumes?.find((volume) => volume.startsWith(`\${${name}:-`));
        const reaches = mounted ?? services[app]?.environment[name];
        expect([app, name, reaches]).toEqual([app, name, expect.stringContaining('${')]);
      }
  });

  it('recusa um ajuste que nada conta de si, ou é contado de dois jeitos', () => {
    expect(() => catalogOf({ auth: { NOVA: z.string() } })).toThrow('NOVA has no description');
    const told = (description: string) => ({ NOVA: setting(z.string(), { description }) });
    expect(() => catalogOf({ auth: told('uma coisa'), reservas: told('outra') })).toThrow('two ways');
  });
});
