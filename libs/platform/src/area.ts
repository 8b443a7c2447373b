import type { DynamicModule, Provider, Type } from '@nestjs/common';

/**
 * An area of a service that holds several: its controllers and use cases, and the tables that nothing outside of it
 * writes (`static readonly tabelas`; a spec of the whole tree holds everybody to it). Whatever it provides, the other
 * areas may use; what they need of its rows they read, or ask it to change.
 */
export const areaModule = (
  module: Type,
  { controllers = [], providers }: { readonly controllers?: Type[]; readonly providers: Provider[] },
): DynamicModule => ({
  module,
  global: true,
  controllers,
  providers,
  exports: providers.map((provider) => (typeof provider === 'function' ? provider : provider.provide)),
});
