import { type INestApplication, RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { Acesso } from '@plataforma/contracts';
import { acessoDe, confirmacaoDe } from './auth.js';
import type { TakesMore } from './border.js';

/** A route as the application serves it. */
export interface Rota extends TakesMore {
  readonly metodo: string;
  readonly caminho: string;
  /** Whom the guard lets in; undefined: whoever has a token. */
  readonly acesso: Acesso | undefined;
  /** Whether only whoever proved who they are a moment ago. */
  readonly exigeConfirmacao: boolean;
}

/** The routes of an application's controllers, by path. */
export function rotasDe(app: INestApplication): Rota[] {
  const scanner = new MetadataScanner();
  const reflector = app.get(Reflector);
  const controllers = [...app.get(ModulesContainer).values()].flatMap((module) => [...module.controllers.values()]);
  return controllers
    .flatMap(({ metatype }): Rota[] => {
      if (typeof metatype !== 'function') return [];
      const prototype = metatype.prototype as Record<string, () => unknown>;
      return scanner.getAllMethodNames(prototype).flatMap((name): Rota[] => {
        const handler = prototype[name];
        const method = handler && (Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined);
        if (!handler || method === undefined) return [];
        const path = [metatype, handler].map((target) => String(Reflect.getMetadata(PATH_METADATA, target)));
        const { corpoMaximoBytes } = (Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) ?? {}) as TakesMore;
        return [
          {
            metodo: RequestMethod[method],
            caminho: `/${path
              .flatMap((part) => part.split('/'))
              .filter(Boolean)
              .join('/')}`,
            acesso: acessoDe(reflector, handler, metatype as Type),
            exigeConfirmacao: confirmacaoDe(reflector, handler),
            ...(corpoMaximoBytes !== undefined && { corpoMaximoBytes }),
          },
        ];
      });
    })
    .sort((a, b) => (`${a.caminho} ${a.metodo}` < `${b.caminho} ${b.metodo}` ? -1 : 1));
}
