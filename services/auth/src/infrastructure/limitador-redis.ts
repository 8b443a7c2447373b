import { createHash } from 'node:crypto';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { type Logger, mortalRedis, Problem } from '@plataforma/platform';
import { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { LimitadorDeTentativas } from '../application/ports.js';

export interface LimitesDeLogin {
  readonly REDIS_URL: string;
  readonly LOGIN_TENTATIVAS_CONTA: number;
  readonly LOGIN_TENTATIVAS_ENDERECO: number;
  readonly LOGIN_JANELA_SEGUNDOS: number;
}

/** Redis is no place for e-mail addresses. */
const anonimo = (texto: string): string => createHash('sha256').update(texto).digest('base64url');

/**
 * Failed logins per account and per address. Counted in Redis for all instances together; while Redis is away each
 * instance counts for itself: logins go on, a little more generously.
 */
export class LimitadorRedis extends LimitadorDeTentativas implements OnModuleInit, OnApplicationShutdown {
  private readonly redis: Redis;
  private readonly porConta: RateLimiterRedis;
  private readonly porEndereco: RateLimiterRedis;
  private avisado = false;

  constructor(
    limites: LimitesDeLogin,
    private readonly logger: Logger,
  ) {
    super();
    this.redis = new Redis(limites.REDIS_URL, mortalRedis);
    const criar = (keyPrefix: string, points: number) => {
      const regra = { keyPrefix, points, duration: limites.LOGIN_JANELA_SEGUNDOS };
      return new RateLimiterRedis({
        ...regra,
        storeClient: this.redis,
        rejectIfRedisNotReady: true,
        insuranceLimiter: new RateLimiterMemory(regra),
      });
    };
    this.porConta = criar('auth:login:conta', limites.LOGIN_TENTATIVAS_CONTA);
    this.porEndereco = criar('auth:login:endereco', limites.LOGIN_TENTATIVAS_ENDERECO);
  }

  onModuleInit(): void {
    this.redis.on('error', (error: Error) => {
      if (!this.avisado) this.logger.warn('Redis indisponível: tentativas de login contadas em memória', { error });
      this.avisado = true;
    });
    this.redis.on('ready', () => (this.avisado = false));
    // A failure to connect is reported by the handler above, and connecting goes on by itself.
    this.redis.connect().catch(() => this.redis.status);
  }

  onApplicationShutdown(): void {
    this.redis.disconnect();
  }

  /** @throws Problem 429 with Retry-After */
  async contar(conta: string, endereco: string): Promise<void> {
    const resultados = await Promise.allSettled([
      this.porConta.consume(anonimo(conta)),
      this.porEndereco.consume(anonimo(endereco)),
    ]);
    let esperaMs = 0;
    for (const resultado of resultados) {
      if (resultado.status === 'fulfilled') continue;
      if (!(resultado.reason instanceof RateLimiterRes)) throw resultado.reason;
      esperaMs = Math.max(esperaMs, resultado.reason.msBeforeNext);
    }
    if (esperaMs > 0)
      throw new Problem(429, 'auth.muitas-tentativas', 'Tentativas demais; aguarde antes de tentar de novo', {
        headers: { 'retry-after': String(Math.ceil(esperaMs / 1000)) },
      });
  }

  async perdoar(conta: string, endereco: string): Promise<void> {
    await Promise.all([this.porConta.delete(anonimo(conta)), this.porEndereco.reward(anonimo(endereco))]);
  }

  async ping(): Promise<void> {
    await this.redis.ping();
  }
}
