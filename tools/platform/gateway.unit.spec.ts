import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { apps, appUrl } from '../apps.ts';
import { root } from '../cli/paths.ts';
import { kongFile } from '../edge/kong-file.ts';
import { type KongConfig, kongSchema, mistakesIn } from '../edge/kong-schema.ts';
import { gatewayContainer } from '../infra/docker.ts';
import { dockerArguments, gatewayLeftOut, localized } from './gateway.ts';

const kept = kongSchema.parse(parse(readFileSync(join(root, kongFile), 'utf8')));
const addresses = Object.fromEntries(apps.map(({ name }) => [name, appUrl(name, 20)]));
interface Counted {
  readonly host: string;
  readonly port: number;
  readonly database: number;
}
const redis = { host: '127.0.0.1', port: 27_399 };

describe('O Kong diante de uma instância desta máquina', () => {
  const local = localized(kept, addresses, redis);

  it('aponta para as portas dela, e o Kong o aceitaria', () => {
    expect(mistakesIn(local)).toEqual([]);
    expect(local.upstreams.flatMap(({ targets }) => targets.map(({ target }) => target))).toEqual([
      '127.0.0.1:3121',
      '127.0.0.1:3122',
      '127.0.0.1:3123',
      '127.0.0.1:3024',
      '127.0.0.1:3022',
      '127.0.0.1:3023',
    ]);
  });

  it('conta no Redis dela, e não muda mais nada', () => {
    const countedAt = ({ services, routes }: KongConfig) =>
      [...services.flatMap((service) => service.routes), ...routes].flatMap(({ plugins }) =>
        plugins.flatMap((plugin) =>
          plugin.name === 'rate-limiting' ? [(plugin.config as { redis: Counted }).redis] : [],
        ),
      );
    expect(countedAt(local).length).toBeGreaterThan(10);
    expect(new Set(countedAt(local).map(({ host, port, database }) => `${host}:${port}/${database}`))).toEqual(
      new Set(['127.0.0.1:27399/1']),
    );
    const back = localized(
      { ...local, upstreams: kept.upstreams },
      Object.fromEntries(apps.map(({ name }) => [name, `http://${name}`])),
      {
        host: 'redis',
        port: 6379,
      },
    );
    expect({ ...back, upstreams: [] }).toEqual({ ...kept, upstreams: [] });
  });

  it('recusa apontar para o que não se sabe onde está', () =>
    expect(() => localized(kept, {}, redis)).toThrow('onde está bff-web?'));

  it('se inicia como no docker-compose.yml, à vista só desta máquina e sem segredos na linha', () => {
    const line = dockerArguments('dev', 20, '/dados/kong');
    expect(line.slice(0, 8)).toEqual([
      ...[
        'run',
        '--detach',
        '--name',
        gatewayContainer('dev'),
        '--network',
        'host',
        '--volume',
        '/dados/kong:/kong:ro',
      ],
    ]);
    const environment = line.filter((_, index) => line[index - 1] === '--env');
    expect(environment).toEqual(
      expect.arrayContaining([
        'KONG_DATABASE=off',
        'KONG_ADMIN_LISTEN=off',
        'KONG_PROXY_LISTEN=127.0.0.1:8020',
        'KONG_STATUS_LISTEN=127.0.0.1:8120',
        'KONG_REDIS_PASSWORD',
      ]),
    );
    expect(line.at(-1)).toContain('kong docker-start & kong=$!');
    expect(line.join(' ')).not.toContain('$$');
  });

  it('sem contêineres diz o que fica de fora', () => {
    expect(gatewayLeftOut('native')).toContain('modo native');
    expect(gatewayLeftOut('native')).toMatch(/ritmo.*tokens.*cache/s);
  });
});
