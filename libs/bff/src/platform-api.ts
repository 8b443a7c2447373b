import type { OnApplicationShutdown } from '@nestjs/common';
import type {
  LoginHttp,
  NotificacoesHttp,
  PagamentosHttp,
  RegistroHttp,
  SessaoHttp,
  UsuarioHttp,
} from '@plataforma/contracts';
import { type ReadinessCheck, setting, Upstream } from '@plataforma/platform';
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
  private readonly booking: Upstream;
  private readonly money: Upstream;
  private readonly auth: Upstream;
  /** Of what an answer can do without, and so does not wait for as long. */
  private readonly cobrancasAVista: Upstream;
  private readonly notificacoes: Upstream;

  constructor(settings: UpstreamSettings) {
    const essential = { timeoutMs: settings.UPSTREAM_TIMEOUT_MS };
    const optional = { timeoutMs: settings.UPSTREAM_OPCIONAL_TIMEOUT_MS };
    this.booking = new Upstream('reservas', settings.RESERVAS_URL, essential);
    this.reservas = new ReservasApi(this.booking);
    this.auth = new Upstream('auth', settings.AUTH_URL, essential);
    this.money = new Upstream('pagamentos', settings.PAGAMENTOS_URL, essential);
    this.pagamentos = new PagamentosApi(this.money);
    this.cobrancasAVista = new Upstream('pagamentos', settings.PAGAMENTOS_URL, optional);
    this.notificacoes = new Upstream('notificacoes', settings.NOTIFICACOES_URL, optional);
  }

  /** The charges of what is paid for under `cobrancaId`, a booking or a series charged at once: a handful. */
  cobrancas(cobrancaId: string, headers: ForwardedHeaders): Promise<PagamentosHttp> {
    return this.cobrancasAVista.call('/v1/pagamentos', { query: { reservaId: cobrancaId, limite: 100 }, headers });
  }

  notificacoesDaReserva(reservaId: string, headers: ForwardedHeaders): Promise<NotificacoesHttp> {
    return this.notificacoes.call('/v1/notificacoes', { query: { reservaId }, headers });
  }

  registrarUsuario(body: RegistroHttp, headers: ForwardedHeaders): Promise<UsuarioHttp> {
    return this.auth.call('/v1/usuarios', { method: 'POST', body, headers });
  }

  usuarioAtual(headers: ForwardedHeaders): Promise<UsuarioHttp> {
    return this.auth.call('/v1/usuarios/eu', { headers });
  }

  iniciarSessao(body: LoginHttp, headers: ForwardedHeaders): Promise<SessaoHttp> {
    return this.auth.call('/v1/sessoes', { method: 'POST', body, headers });
  }

  renovarSessao(tokenRenovacao: string, headers: ForwardedHeaders): Promise<SessaoHttp> {
    return this.auth.call('/v1/sessoes/renovacao', { method: 'POST', body: { tokenRenovacao }, headers });
  }

  encerrarSessao(tokenRenovacao: string, headers: ForwardedHeaders): Promise<void> {
    return this.auth.call('/v1/sessoes/encerramento', { method: 'POST', body: { tokenRenovacao }, headers });
  }

  /** A BFF is of no use without bookings and logins; without the others its answers are partial. */
  readiness(): ReadinessCheck[] {
    return [
      { name: 'reservas', probe: () => this.booking.probe() },
      { name: 'auth', probe: () => this.auth.probe() },
      { name: 'pagamentos', probe: () => this.money.probe(), optional: true },
      { name: 'notificacoes', probe: () => this.notificacoes.probe(), optional: true },
    ];
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(
      [this.booking, this.auth, this.money, this.cobrancasAVista, this.notificacoes].map((upstream) =>
        upstream.close(),
      ),
    );
  }
}
