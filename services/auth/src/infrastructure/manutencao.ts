import { type Logger, Worker } from '@plataforma/platform';
import type { SessaoRepository } from '../application/ports.js';
import type { RotacionarChavesHandler } from '../application/rotacionar-chaves.js';
import type { SemearDemonstracaoHandler } from '../application/semear-demonstracao.js';
import type { JwtEmissor } from './pg-chave-repository.js';

/** Has the signing keys ready before the first request, and from then on rotates them and forgets old sessions. */
export class Manutencao extends Worker {
  constructor(
    private readonly rotacionar: RotacionarChavesHandler,
    private readonly emissor: JwtEmissor,
    private readonly semear: SemearDemonstracaoHandler | undefined,
    sessoes: SessaoRepository,
    intervaloMs: number,
    logger: Logger,
  ) {
    const drain = async (): Promise<number> => {
      await rotacionar.execute();
      return sessoes.purge();
    };
    super({ name: 'manutenção do auth', floorMs: intervaloMs, drain }, logger);
  }

  override async onApplicationBootstrap(): Promise<void> {
    await this.rotacionar.execute();
    await this.emissor.currentKey();
    await this.semear?.execute();
    this.start();
  }
}
