import type { FiltroDeHistoricoDeAvisosHttp, HistoricoDeAvisosHttp } from '@plataforma/contracts';

/** What became of one message: to nobody's name or address, and without its text. */
export type RegistroDeHistorico = HistoricoDeAvisosHttp['itens'][number];

/** What was told, for those who have to know later. Two adapters, and one suite of tests for both. */
export abstract class Historico {
  /** Writes them all; what is there already takes the place of what was. */
  abstract save(registros: readonly RegistroDeHistorico[]): Promise<void>;
  /** Newest first; nothing older than it is kept for. @throws Problem 503 while it cannot be asked */
  abstract list(filtro: FiltroDeHistoricoDeAvisosHttp): Promise<HistoricoDeAvisosHttp>;
  abstract erase(pessoas: readonly string[]): Promise<void>;
  /** Lets go of what is older than it is kept for. */
  abstract expire(): Promise<void>;
}

/** The messages that have ended, and the people who were erased, of which the history does not know yet. */
export abstract class FonteDoHistorico {
  /** Whether there are any of either: what is asked, mostly in vain, costs one look. */
  abstract waits(): Promise<boolean>;
  /**
   * Hands up to `limite` over and marks them, once `save` has resolved, in one transaction: what is not marked is handed
   * over again. How many there were.
   */
  abstract take(limite: number, save: (registros: readonly RegistroDeHistorico[]) => Promise<void>): Promise<number>;
  /** The same with people. */
  abstract takeErased(erase: (pessoas: readonly string[]) => Promise<void>): Promise<number>;
}
