import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { InfraMode } from '../cli/command.ts';
import { instanceFolder, root } from '../cli/paths.ts';
import { UserError } from '../cli/user-error.ts';
import { asYaml, kongFile } from '../edge/kong-file.ts';
import type { KongConfig } from '../edge/kong-schema.ts';
import { rendered, secretsOf } from '../edge/render.ts';
import { gatewayContainer } from '../infra/docker.ts';
import { serverPorts } from '../infra/ports.ts';
import { loadSecrets } from '../infra/secrets.ts';
import { until } from '../processes/deadline.ts';
import { siteUrl } from '../apps.ts';
import type { Settings } from './settings.ts';
import { type PlatformState, writeState } from './state.ts';

/** Of instance `dev`; others shift them by their offset. */
const PROXY_PORT = 8000;
const STATUS_PORT = 8100;
/** A container whose image is fetched first takes its time. */
const READY_WITHIN_MS = 180_000;
const ANSWER_WITHIN_MS = 10_000;

/** What is said where Kong cannot be run. */
export const gatewayLeftOut = (mode: InfraMode): string =>
  [
    `Sem gateway: o Kong só vem em contêiner, e os servidores estão em modo ${mode}. Ficam de fora o ritmo por pessoa e`,
    'por endereço, a recusa de tokens à porta, o cache do catálogo e os cabeçalhos dele. Cada BFF atende direto, confere',
    'tokens, CORS e tamanho, e tem o seu próprio ritmo. O kong.yml se prova sem ele: npm test -- tools/edge.',
  ].join('\n');

/** What plugins that count in Redis say of it. */
interface Counting {
  readonly redis: object;
}

/** The declaration where applications and Redis are on Kong's own machine, at the ports of an instance. */
export function localized(
  config: KongConfig,
  targets: Readonly<Record<string, string>>,
  redis: { readonly host: string; readonly port: number },
): KongConfig {
  const counted = <P extends KongConfig['plugins'][number]>(plugin: P): P =>
    plugin.name === 'rate-limiting'
      ? {
          ...plugin,
          config: { ...(plugin.config as Counting), redis: { ...(plugin.config as Counting).redis, ...redis } },
        }
      : plugin;
  const route = <R extends KongConfig['routes'][number]>(one: R): R => ({ ...one, plugins: one.plugins.map(counted) });
  return {
    ...config,
    upstreams: config.upstreams.map((upstream) => ({
      ...upstream,
      targets: upstream.targets.map(({ target, ...rest }) => {
        const [name = ''] = target.split(':');
        const address = targets[name];
        if (address === undefined) throw new Error(`onde está ${name}?`);
        return { ...rest, target: new URL(address).host };
      }),
    })),
    services: config.services.map((service) => ({ ...service, routes: service.routes.map(route) })),
    routes: config.routes.map(route),
  };
}

/** How `docker` is called: as Compose would, on this machine's own network. */
export function dockerArguments(instance: string, portOffset: number, folder: string): string[] {
  const { services } = parse(readFileSync(join(root, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
    services: { kong: { image: string; command: string[]; environment: Record<string, string> } };
  };
  const { image, command, environment } = services.kong;
  const settings: Record<string, string | undefined> = {
    ...environment,
    KONG_PROXY_LISTEN: `127.0.0.1:${PROXY_PORT + portOffset}`,
    KONG_STATUS_LISTEN: `127.0.0.1:${STATUS_PORT + portOffset}`,
    // Its value comes by the environment of whoever calls: on a line everybody would see it.
    KONG_REDIS_PASSWORD: undefined,
  };
  return [
    ...['run', '--detach', '--name', gatewayContainer(instance), '--network', 'host'],
    ...['--volume', `${folder}:/kong:ro`],
    ...Object.entries(settings).flatMap(([name, value]) => ['--env', value === undefined ? name : `${name}=${value}`]),
    image,
    // Compose reads `$$` as `$`.
    ...command.map((word) => word.replaceAll('$$', '$')),
  ];
}

async function docker(args: readonly string[], env: Record<string, string> = {}): Promise<void> {
  const child = spawn('docker', args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (part: Buffer) => (said = `${said}${part.toString()}`.slice(-2_000)));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new UserError(`O Docker não iniciou o Kong: ${said.trim().split('\n').at(-1) ?? ''}`);
}

async function answered(url: string): Promise<Response> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  if (!answer.ok) throw new UserError(`${url} respondeu ${answer.status}`);
  return answer;
}

/**
 * Puts Kong before the applications of an instance, which run.
 * @returns where it is
 * @throws UserError when it does not come up
 */
export async function startGateway(state: PlatformState, user: Settings): Promise<string> {
  const { instance, portOffset, apps } = state;
  const folder = join(instanceFolder(instance), 'kong');
  const keys = secretsOf(await (await answered(`${apps['auth'] ?? ''}/.well-known/jwks.json`)).json());
  const origins = (user['CORS_ORIGINS'] ?? '').split(',').map((origin) => origin.trim());
  const site = new URL(user['SITE_URL'] ?? siteUrl('bff-web', portOffset)).origin;
  const declaration = rendered(parse(readFileSync(join(root, kongFile), 'utf8')), {
    keys,
    origins: [...new Set([site, ...origins.filter(Boolean)])],
    otlp: user['OTEL_EXPORTER_OTLP_ENDPOINT'] || undefined,
  });
  mkdirSync(folder, { recursive: true });
  const redis = { host: '127.0.0.1', port: serverPorts(portOffset).redis };
  writeFileSync(join(folder, 'kong.yml'), asYaml(localized(declaration, apps, redis)));
  await docker(['rm', '--force', gatewayContainer(instance)]);
  await docker(dockerArguments(instance, portOffset, folder), {
    KONG_REDIS_PASSWORD: loadSecrets(instanceFolder(instance)).kong,
  });
  const gateway = `http://127.0.0.1:${PROXY_PORT + portOffset}`;
  await until(() => answered(`${gateway}/v1/configuracao`), READY_WITHIN_MS);
  writeState({ ...state, gateway });
  return gateway;
}
