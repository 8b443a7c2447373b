import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { type Logger, Worker } from '@plataforma/platform';
import type { SessaoRepository } from '../application/ports.js';
import type { RotacionarChavesHandler } from '../application/rotacionar-chaves.js';
import type { SemearDemonstracaoHandler } from '../application/semear-demonstracao.js';
import type { EmissorJwt } from './chaves-assinatura.js';

/** Has the signing keys ready before the first request, and from then on rotates them and forgets old sessions. */
export class Manutencao implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly worker: Worker;

  constructor(
    private readonly rotacionar: RotacionarChavesHandler,
    private readonly emissor: EmissorJwt,
    private readonly semear: SemearDemonstracaoHandler | undefined,
    sessoes: SessaoRepository,
    intervaloMs: number,
    logger: Logger,
  ) {
    const drain = async (): Promise<number> => {
      await rotacionar.execute();
      return sessoes.expurgar();
    };
    this.worker = new Worker({ name: 'manutenção do auth', floorMs: intervaloMs, drain }, logger);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.rotacionar.execute();
    await this.emissor.chaveAtual();
    await this.semear?.execute();
    this.worker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.stop();
  }
}
