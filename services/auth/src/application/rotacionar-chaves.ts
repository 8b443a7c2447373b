import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { planejarRotacao, type PoliticaRotacao } from '../domain/rotacao-chaves.js';
import { type Chaveiro } from './ports.js';

export class RotacionarChaves extends Command<void> {}

@CommandHandler(RotacionarChaves)
export class RotacionarChavesHandler implements ICommandHandler<RotacionarChaves> {
  constructor(
    private readonly chaves: Chaveiro,
    private readonly politica: PoliticaRotacao,
  ) {}

  /** Creates the first or the next signing key when it is time, and retires those that nobody needs any more. */
  async execute(): Promise<void> {
    if (!this.chaves.gerida) return;
    await this.chaves.exclusively(async () => {
      const { chaves, agora } = await this.chaves.list();
      const { criarPara, retirar } = planejarRotacao(chaves, agora, this.politica);
      if (criarPara) await this.chaves.insert(criarPara);
      if (retirar.length > 0) await this.chaves.remove(retirar);
    });
  }
}
