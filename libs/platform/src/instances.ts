import type { ModulesContainer } from '@nestjs/core';

/** Every provider of the application that is of a kind, once, however many modules or tokens give it. */
export function instancesOf<T>(modules: ModulesContainer, kind: abstract new (...args: never[]) => T): T[] {
  const instances = [...modules.values()].flatMap(({ providers }) =>
    [...providers.values()].map(({ instance }): unknown => instance),
  );
  return [...new Set(instances)].filter((instance): instance is T => instance instanceof kind);
}
