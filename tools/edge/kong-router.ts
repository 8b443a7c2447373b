import type { Plugin } from './kong-config.ts';
import type { KongConfig } from './kong-schema.ts';

type Route = KongConfig['routes'][number];

/** Where Kong sends a request, and what it does to it on the way. */
export interface Passage {
  readonly route: string;
  /** None where Kong answers by itself. */
  readonly service: string | undefined;
  /** The path that is asked for there. */
  readonly path: string;
  readonly plugins: Readonly<Record<string, Plugin['config']>>;
}

const EXPRESSION = '~';

/** The match of a path by one of a route's, which are anchored at their beginning. */
function matchOf({ paths }: Route, path: string): RegExpExecArray | undefined {
  for (const one of paths) {
    const match = one.startsWith(EXPRESSION)
      ? new RegExp(`^${one.slice(1)}`).exec(path)
      : path.startsWith(one)
        ? (['', ''] as unknown as RegExpExecArray)
        : null;
    if (match) return match;
  }
  return undefined;
}

/**
 * As the router `traditional_compatible` of Kong chooses: expressions before prefixes, the higher priority first. A plugin
 * of a route takes the place of the same one that holds everywhere.
 */
export function passageOf(config: KongConfig, method: string, path: string): Passage | undefined {
  const all = [
    ...config.services.flatMap(({ name, routes }) => routes.map((route) => ({ route, service: name }))),
    ...config.routes.map((route) => ({ route, service: undefined })),
  ];
  const rank = ({ paths, regex_priority = 0 }: Route): number =>
    paths[0]?.startsWith(EXPRESSION) ? regex_priority : -1;
  const [chosen] = all
    .filter(({ route }) => !route.methods || (route.methods as string[]).includes(method))
    .flatMap(({ route, service }) => {
      const match = matchOf(route, path);
      return match ? [{ route, service, match }] : [];
    })
    .toSorted((one, other) => rank(other.route) - rank(one.route));
  if (!chosen) return undefined;
  const plugins = [...config.plugins, ...chosen.route.plugins].filter(({ enabled }) => enabled !== false);
  const effective = Object.fromEntries(plugins.map(({ name, config: own }) => [name, own as Plugin['config']]));
  return {
    route: chosen.route.name,
    service: chosen.service,
    path,
    plugins: effective,
  };
}
