import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { apps } from '../apps.ts';
import { root } from '../cli/paths.ts';
import { kongFile } from './kong-file.ts';
import { passageOf } from './kong-router.ts';
import { kongSchema } from './kong-schema.ts';

const config = kongSchema.parse(parse(readFileSync(join(root, kongFile), 'utf8')));
/** What every application also serves, for those who run it: what it does, how it is, and what it is like. */
const POR_DENTRO = ['/metrics', '/health', '/health/ready', '/docs', '/docs/json', '/docs/yaml', '/docs/static/x.js'];

describe('Segurança 31: pelo gateway', () => {
  it.each(POR_DENTRO)('não se alcança %s de aplicação nenhuma, por caminho nem método nenhum', (path) => {
    const prefixes = [
      '',
      '/mobile',
      '/admin',
      '/web',
      ...apps.map(({ name }) => `/${name}`),
      '/v1',
      '/mobile/v1',
      '/admin/v1',
    ];
    const reached = prefixes.flatMap((prefix) =>
      ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].flatMap((method) => {
        const { service } = passageOf(config, method, prefix + path) ?? {};
        return service === undefined ? [] : [`${method} ${prefix}${path} → ${service}`];
      }),
    );
    expect(reached).toEqual([]);
  });

  it('e o que está diante dele também não as deixa passar', () => {
    const nginx = readFileSync(join(root, 'infra/nginx/servidor.conf'), 'utf8');
    const [, closed = ''] = /location ~ (\S+) \{\s*return 404;/.exec(nginx) ?? [];
    for (const prefix of ['', '/mobile', '/admin'])
      for (const path of POR_DENTRO) expect(`${prefix}${path}`).toMatch(new RegExp(closed));
  });
});
