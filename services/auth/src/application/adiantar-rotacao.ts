import { JWKS_COOLDOWN_MS } from '@plataforma/platform';
import { chaveAtual, type ChaveAgendada } from '../domain/rotacao-chaves.js';
import type { Chaveiro } from './ports.js';

/** Verifiers fetch the keys once in so long, and clocks differ a little. */
const ANTECEDENCIA_MINIMA_MS = 2 * JWKS_COOLDOWN_MS;

export interface ChaveVista extends ChaveAgendada {
  readonly situacao: 'ASSINA' | 'PROXIMA' | 'GUARDADA';
}

/** Signing keys in the hands of an operator, who may want another one before its time. */
export class AdiantarRotacao {
  constructor(private readonly chaves: Chaveiro) {}

  /** The earliest to sign first. */
  async list(): Promise<ChaveVista[]> {
    const { chaves, agora } = await this.chaves.list();
    const atual = chaveAtual(chaves, agora);
    const situacao = ({ kid, assinaDesde }: ChaveAgendada): ChaveVista['situacao'] => {
      if (assinaDesde > agora) return 'PROXIMA';
      return kid === atual?.kid ? 'ASSINA' : 'GUARDADA';
    };
    return chaves
      .map((chave) => ({ ...chave, situacao: situacao(chave) }))
      .toSorted((a, b) => a.assinaDesde.getTime() - b.assinaDesde.getTime());
  }

  /**
   * Has a new key sign in so long, unless one does by then anyway. Tokens that the old ones signed stay valid until they
   * expire.
   * @param antecedenciaMs how long it is published before, at least: a verifier that has just fetched the keys meets it
   *   first when it may fetch them again
   */
  async rotate(antecedenciaMs: number): Promise<void> {
    await this.chaves.exclusively(async () => {
      const { chaves, agora } = await this.chaves.list();
      const quando = new Date(agora.getTime() + Math.max(antecedenciaMs, ANTECEDENCIA_MINIMA_MS));
      if (chaves.some(({ assinaDesde }) => assinaDesde > agora && assinaDesde <= quando)) return;
      await this.chaves.insert(quando);
    });
  }
}
