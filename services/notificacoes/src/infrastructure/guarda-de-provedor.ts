import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '@plataforma/platform';
import CircuitBreaker from 'opossum';
import { FalhaDeEnvio, NadaAEnviar } from '../application/ports.js';

export interface AjustesDaGuarda {
  /** How long the provider may take, ms. */
  readonly timeoutMs: number;
  /** How many messages it takes in a second, of all instances together. */
  readonly porSegundo: number;
  /** For how long nobody asks a provider that keeps failing, ms. */
  readonly pausaMs: number;
}

/** A turn that comes later than this is not waited for: the message goes back to its queue. ms */
const ESPERA_MAXIMA_MS = 1_000;
/** So many of the last ten seconds' calls, at least, before failures say something of the provider. */
const VOLUME = 5;

/**
 * Stands before one provider: keeps its rate, of all instances together; bounds each call; asks it nothing for a while
 * when it keeps failing, or says so itself. What it holds back was never tried, and counts as no attempt.
 */
export class GuardaDeProvedor {
  private readonly breaker: CircuitBreaker<[() => Promise<unknown>], unknown>;

  constructor(
    readonly nome: string,
    private readonly ajustes: AjustesDaGuarda,
    private readonly database: Database,
  ) {
    this.breaker = new CircuitBreaker((work: () => Promise<unknown>) => work(), {
      timeout: ajustes.timeoutMs,
      errorThresholdPercentage: 50,
      volumeThreshold: VOLUME,
      resetTimeout: ajustes.pausaMs,
      // What is wrong with one message, or comes too fast, says nothing of the provider.
      errorFilter: (error: unknown) =>
        error instanceof NadaAEnviar ||
        (error instanceof FalhaDeEnvio && (error.definitiva || !error.tentada || error.esperarMs !== undefined)),
    });
  }

  /** @throws FalhaDeEnvio that counts as no attempt when the provider was not asked; what `work` throws */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.breaker.opened) throw this.fora();
    await this.turn();
    try {
      return (await this.breaker.fire(work)) as T;
    } catch (error) {
      const code = (error as { code?: unknown } | null)?.code;
      if (code === 'EOPENBREAKER') throw this.fora();
      if (code === 'ETIMEDOUT' && !(error instanceof FalhaDeEnvio))
        throw new FalhaDeEnvio(`${this.nome} não respondeu a tempo`, false);
      if (error instanceof FalhaDeEnvio && error.esperarMs !== undefined) await this.hold(error.esperarMs);
      throw error;
    }
  }

  /** How many turns are near enough to be waited for. One that is out of order is asked all the same: that is not its rate. */
  async room(): Promise<number> {
    const [row] = await this.database.query<{ vagas: number }>(
      `SELECT greatest(0, ceil($2 * extract(epoch FROM clock_timestamp() + make_interval(secs => $3 / 1000.0)
                                                       - greatest(proximo_envio, clock_timestamp()))))::float8 AS vagas
         FROM ritmos_de_provedores WHERE provedor = $1`,
      [this.nome, this.ajustes.porSegundo, ESPERA_MAXIMA_MS],
    );
    return row?.vagas ?? 1;
  }

  close(): void {
    this.breaker.shutdown();
  }

  private fora(): FalhaDeEnvio {
    return new FalhaDeEnvio(`${this.nome} está fora do ar`, false, this.ajustes.pausaMs, false);
  }

  /** Takes the next turn, and waits for it; one that is far away is left to others. */
  private async turn(): Promise<void> {
    const [row] = await this.database.query<{ ms: number; tomada: boolean }>(
      `WITH antes AS (SELECT greatest(proximo_envio, clock_timestamp()) AS vez FROM ritmos_de_provedores WHERE provedor = $1 FOR UPDATE),
            tomada AS (UPDATE ritmos_de_provedores SET proximo_envio = vez + make_interval(secs => 1.0 / $2)
                         FROM antes WHERE provedor = $1 AND vez < clock_timestamp() + make_interval(secs => $3 / 1000.0) RETURNING true)
       SELECT extract(epoch FROM vez - clock_timestamp())::float8 * 1000 AS ms, EXISTS (SELECT FROM tomada) AS tomada FROM antes`,
      [this.nome, this.ajustes.porSegundo, ESPERA_MAXIMA_MS],
    );
    if (!row) {
      await this.database.query('INSERT INTO ritmos_de_provedores (provedor) VALUES ($1) ON CONFLICT DO NOTHING', [
        this.nome,
      ]);
      return this.turn();
    }
    if (!row.tomada) throw new FalhaDeEnvio(`${this.nome} não toma mais por ora`, false, Math.ceil(row.ms), false);
    if (row.ms > 0) await pause(row.ms);
  }

  /** Nobody asks it before that. */
  private async hold(ms: number): Promise<void> {
    await this.database.query(
      `UPDATE ritmos_de_provedores SET proximo_envio = greatest(proximo_envio, clock_timestamp() + make_interval(secs => $2 / 1000.0))
        WHERE provedor = $1`,
      [this.nome, ms],
    );
  }
}
