import { type DynamicModule, Global, Module, type Provider, type Type } from '@nestjs/common';
import {
  corsSettings,
  PlatformModule,
  processSettings,
  proxySettings,
  type ReadinessCheck,
} from '@plataforma/platform';
import type { z } from 'zod';
import { CheckoutSettings, checkoutSettings } from './configuracao.controller.js';
import { DetalharReserva } from './detalhar-reserva.js';
import { Apresentacao, FotosController, InicioController } from './inicio.controller.js';
import { LimiteDeMultidao } from './limite-de-multidao.js';
import { type Fontes, Pagina, paginaSettings } from './pagina.js';
import { PlatformApi, upstreamSettings } from './platform-api.js';
import { Throttle, throttleSettings } from './throttle.js';

/** Settings of every BFF. */
export const bffSettings = {
  ...processSettings,
  ...corsSettings,
  ...proxySettings,
  ...upstreamSettings,
  ...checkoutSettings,
  ...paginaSettings,
  ...throttleSettings,
};
export type BffConfig = z.output<z.ZodObject<typeof bffSettings>>;

export interface BffOptions {
  readonly name: string;
  readonly description: string;
  readonly config: BffConfig;
  readonly controllers: Type[];
  readonly providers?: Provider[];
  /** Dependencies besides the services. */
  readonly checks?: readonly ReadinessCheck[];
  /** From where the page that is served beside it may take things, besides from here. */
  readonly fontes?: Fontes;
}

/** A backend-for-frontend: the services' APIs, the aggregated booking, and its own controllers. */
@Global()
@Module({})
export class BffModule {
  static with({
    name,
    description,
    config,
    controllers,
    providers = [],
    checks = [],
    fontes = {},
  }: BffOptions): DynamicModule {
    return {
      module: BffModule,
      imports: [
        PlatformModule.with({
          name,
          config,
          readiness: { inject: [PlatformApi], checks: (api: PlatformApi) => [...api.readiness(), ...checks] },
        }),
      ],
      controllers: [InicioController, FotosController, ...controllers],
      providers: [
        {
          provide: Apresentacao,
          useValue: new Apresentacao(name, description, config.NODE_ENV !== 'production'),
        },
        { provide: PlatformApi, useFactory: () => new PlatformApi(config) },
        { provide: Throttle, useFactory: () => new Throttle(config.PEDIDOS_POR_MINUTO) },
        { provide: Pagina, useFactory: () => new Pagina(config.PAGINA_DIR, fontes) },
        DetalharReserva,
        LimiteDeMultidao,
        {
          provide: CheckoutSettings,
          useValue: new CheckoutSettings(config.CHECKOUT_CHAVE_PUBLICAVEL ?? null, config.CHECKOUT_API_BASE ?? null),
        },
        ...providers,
      ],
      exports: [PlatformApi],
    };
  }
}
