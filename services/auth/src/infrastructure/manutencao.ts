import { CommandBus } from '@nestjs/cqrs';
import { type Logger, Worker } from '@plataforma/platform';
import { RotacionarChaves } from '../application/rotacionar-chaves.js';
import { SemearDemonstracao } from '../application/semear-demonstracao.js';
import type { JwtEmissor } from './jwt-emissor.js';

/** Has the signing keys ready before the first request, and from then on rotates them and forgets old sessions. */
export class Manutencao extends Worker {
  constructor(
    private readonly commands: CommandBus,
    private readonly emissor: JwtEmissor,
    private readonly semear: boolean,
    /** What forgets what is over. */
    passageiros: readonly { purge(): Promise<number> }[],
    intervaloMs: number,
    logger: Logger,
  ) {
    const drain = async (): Promise<number> => {
      await commands.execute(new RotacionarChaves());
      let apagados = 0;
      for (const um of passageiros) apagados += await um.purge();
      return apagados;
    };
    super({ name: 'manutenção do auth', floorMs: intervaloMs, drain }, logger);
  }

  override async onApplicationBootstrap(): Promise<void> {
    await this.commands.execute(new RotacionarChaves());
    await this.emissor.currentKey();
    if (this.semear) await this.commands.execute(new SemearDemonstracao());
    this.start();
  }
}
