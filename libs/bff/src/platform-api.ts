import type { OnApplicationShutdown } from '@nestjs/common';
import {
  cliente,
  type Cliente,
  type Operacoes,
  operacoesDePagamentos,
  type Servico,
  type Transporte,
} from '@plataforma/contracts';
import { type ReadinessCheck, setting, Upstream, type UpstreamFile } from '@plataforma/platform';
import { z } from 'zod';

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
  }

  /** Operations of the services, to be called. */
  cliente<Ops extends Operacoes>(operacoes: Ops): Cliente<Ops, UpstreamFile> {
    return cliente(operacoes, this.enviar);
  }

  /** The same, for no longer than what an answer can do without is waited for. */
  cobrancasAVista(): Cliente<typeof operacoesDePagamentos.pagamentos, UpstreamFile> {
    return cliente(operacoesDePagamentos.pagamentos, ({ path, ...request }) =>
      this.upstreams.cobrancasAVista.exchange(path, request),
    );
  }

  /** What a service answers. */
  readonly enviar: Transporte = async ({ service, path, file, ...request }) => {
    if (!service) throw new TypeError(`De que serviço é ${path}?`);
    const upstream = this.upstreams[service];
    return file ? { body: await upstream.file(path, request), replayed: false } : upstream.exchange(path, request);
  };

  /** The same for whoever hands it on as it came: the text of its JSON, which nobody here reads. */
  readonly enviarSemLer: Transporte = (envio) => this.enviar({ ...envio, unread: true });

  /** A BFF is of no use without bookings and logins; without the others its answers are partial. */
  readiness(): ReadinessCheck[] {
    return [
      { name: 'reservas', probe: () => this.upstreams.reservas.probe() },
      { name: 'auth', probe: () => this.upstreams.auth.probe() },
      { name: 'pagamentos', probe: () => this.upstreams.pagamentos.probe(), optional: true },
      { name: 'notificacoes', probe: () => this.upstreams.notificacoes.probe(), optional: true },
    ];
  }

  /** How old the oldest event is that each service has still to publish, s; null where nobody can tell. */
  outboxLags(): Promise<{ servico: Servico; atrasoSegundos: number | null }[]> {
    const servicos = ['reservas', 'pagamentos', 'notificacoes', 'auth'] as const;
    return Promise.all(
      servicos.map(async (servico) => ({
        servico,
        atrasoSegundos: await this.upstreams[servico].gauge('outbox_atraso_segundos').catch(() => null),
      })),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(Object.values(this.upstreams).map((upstream) => upstream.close()));
  }
}
