import { planejarRotacao, type PoliticaRotacao } from '../domain/rotacao-chaves.js';
import { type ChaveRepository } from './ports.js';

export class RotacionarChavesHandler {
  constructor(
    private readonly chaves: ChaveRepository,
    private readonly politica: PoliticaRotacao,
  ) {}

  /** Creates the first or the next signing key when it is time, and retires those that nobody needs any more. */
  async execute(): Promise<void> {
    await this.chaves.emExclusao(async () => {
      const { chaves, agora } = await this.chaves.listar();
      const { criarPara, retirar } = planejarRotacao(chaves, agora, this.politica);
      if (criarPara) await this.chaves.criar(criarPara);
      if (retirar.length > 0) await this.chaves.retirar(retirar);
    });
  }
}
