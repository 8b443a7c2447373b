import { CommandBus } from '@nestjs/cqrs';
import { type Logger, Worker } from '@plataforma/platform';
import type { DesafioRepository, SessaoRepository, TokenDeContaRepository } from '../application/ports.js';
import { RotacionarChaves } from '../application/rotacionar-chaves.js';
import { SemearDemonstracao } from '../application/semear-demonstracao.js';
import type { JwtEmissor } from './jwt-emissor.js';

/** Has the signing keys ready before the first request, and from then on rotates them and forgets old sessions. */
export class Manutencao extends Worker {
  constructor(
    private readonly commands: CommandBus,
    private readonly emissor: JwtEmissor,
    private readonly semear: boolean,
    sessoes: SessaoRepository,
    tokens: TokenDeContaRepository,
    desafios: DesafioRepository,
    intervaloMs: number,
    logger: Logger,
  ) {
    const drain = async (): Promise<number> => {
      await commands.execute(new RotacionarChaves());
      return (await sessoes.purge()) + (await tokens.purge()) + (await desafios.purge());
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
