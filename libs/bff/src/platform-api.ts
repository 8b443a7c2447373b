import type { OnApplicationShutdown } from '@nestjs/common';
import {
  cliente,
  type Cliente,
  type Envio,
  type Operacoes,
  type PagamentosHttp,
  type Resposta,
  type Servico,
} from '@plataforma/contracts';
import { type ReadinessCheck, setting, Upstream, type UpstreamFile } from '@plataforma/platform';
import { z } from 'zod';
import type { ForwardedHeaders } from './forwarded-headers.js';
import { PagamentosApi } from './pagamentos-api.js';
import { ReservasApi } from './reservas-api.js';

const httpUrl = z.url({ protocol: /^https?$/ });

/** Where the services are, and how long a BFF waits for them. */
export const upstreamSettings = {
  RESERVAS_URL: setting(httpUrl, { description: 'Onde está reservas', provided: true }),
  PAGAMENTOS_URL: setting(httpUrl, { description: 'Onde está pagamentos', provided: true }),
  NOTIFICACOES_URL: setting(httpUrl, { description: 'Onde está notificacoes', provided: true }),
  AUTH_URL: setting(httpUrl, { description: 'Onde está auth', provided: true }),
  UPSTREAM_TIMEOUT_MS: setting(z.coerce.number().int().min(50).max(25_000).default(5_000), {
    description: 'Quanto um BFF espera por um serviço, novas tentativas inclusive, em ms',
  }),
  UPSTREAM_OPCIONAL_TIMEOUT_MS: setting(z.coerce.number().int().min(50).max(25_000).default(1_500), {
    description: 'O mesmo, pelo que pode faltar na resposta, em ms',
  }),
};
export type UpstreamSettings = z.output<z.ZodObject<typeof upstreamSettings>>;

/**
 * The services' HTTP APIs as the BFFs use them. Every call may throw a Problem: the service's own answer, or 502, 503
 * and 504 when it gave none.
 */
export class PlatformApi implements OnApplicationShutdown {
  readonly reservas: ReservasApi;
  readonly pagamentos: PagamentosApi;
  private readonly upstreams: Readonly<Record<Servico | 'cobrancasAVista', Upstream>>;

  constructor(settings: UpstreamSettings) {
    const essential = { timeoutMs: settings.UPSTREAM_TIMEOUT_MS };
    // Of what an answer can do without, and so does not wait for as long.
    const optional = { timeoutMs: settings.UPSTREAM_OPCIONAL_TIMEOUT_MS };
    this.upstreams = {
      reservas: new Upstream('reservas', settings.RESERVAS_URL, essential),
      auth: new Upstream('auth', settings.AUTH_URL, essential),
      pagamentos: new Upstream('pagamentos', settings.PAGAMENTOS_URL, essential),
      cobrancasAVista: new Upstream('pagamentos', settings.PAGAMENTOS_URL, optional),
      notificacoes: new Upstream('notificacoes', settings.NOTIFICACOES_URL, optional),
    };
    this.reservas = new ReservasApi(this.upstreams.reservas);
    this.pagamentos = new PagamentosApi(this.upstreams.pagamentos);
  }

  /** Operations of the services, to be called. */
  cliente<Ops extends Operacoes>(operacoes: Ops): Cliente<Ops, UpstreamFile> {
    return cliente(operacoes, (envio) => this.enviar(envio));
  }

  /** What an operation is answered with by its service. */
  async enviar({ service, path, file, ...request }: Envio): Promise<Resposta<unknown>> {
    const upstream = this.upstreams[service ?? 'reservas'];
    if (!file) return upstream.exchange(path, request);
    return { body: await upstream.file(path, request), replayed: false };
  }

  /** The charges of what is paid for under `cobrancaId`, a booking or a series charged at once: a handful. */
  cobrancas(cobrancaId: string, headers: ForwardedHeaders): Promise<PagamentosHttp> {
    const query = { reservaId: cobrancaId, limite: 100 };
    return this.upstreams.cobrancasAVista.call('/v1/pagamentos', { query, headers });
  }

  /** A BFF is of no use without bookings and logins; without the others its answers are partial. */
  readiness(): ReadinessCheck[] {
    return [
      { name: 'reservas', probe: () => this.upstreams.reservas.probe() },
      { name: 'auth', probe: () => this.upstreams.auth.probe() },
      { name: 'pagamentos', probe: () => this.upstreams.pagamentos.probe(), optional: true },
      { name: 'notificacoes', probe: () => this.upstreams.notificacoes.probe(), optional: true },
    ];
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(Object.values(this.upstreams).map((upstream) => upstream.close()));
  }
}
