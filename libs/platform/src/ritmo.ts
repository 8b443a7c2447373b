import { Problem } from './problem.js';

const MINUTO_MS = 60_000;

/**
 * How many requests each API key has made in this process within the minute. A process counts for itself: the limit
 * is of an instance, and what many instances allow together is as many times that.
 */
export class Ritmo {
  private minuto = 0;
  private readonly pedidos = new Map<string, number>();

  /** @throws Problem 429 once `limite` requests of `chave` were counted within the minute of the clock */
  count(chave: string, limite: number, agora = Date.now()): void {
    const minuto = Math.floor(agora / MINUTO_MS);
    if (minuto !== this.minuto) {
      this.minuto = minuto;
      this.pedidos.clear();
    }
    const feitos = (this.pedidos.get(chave) ?? 0) + 1;
    this.pedidos.set(chave, feitos);
    if (feitos > limite)
      throw new Problem(429, 'auth.chave-acima-do-ritmo', `A chave de API pode ${limite} pedidos por minuto`, {
        headers: { 'retry-after': String(Math.ceil(((minuto + 1) * MINUTO_MS - agora) / 1000)) },
      });
  }
}
