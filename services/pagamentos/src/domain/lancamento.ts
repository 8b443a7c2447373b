/** One side of a movement of money, centavos: positive = the account receives. The sides of a movement sum to zero. */
export interface Lancamento {
  readonly conta: 'CLIENTE' | 'PROVEDOR';
  readonly valorCentavos: number;
}

export interface Movimento {
  /** What the provider calls it: recorded once, whoever reports it. */
  readonly origem: string;
  readonly lancamentos: readonly Lancamento[];
}

/** Money went from the client to what the provider owes us. */
export const captura = (provedorId: string, valorCentavos: number): Movimento => ({
  origem: `captura/${provedorId}`,
  lancamentos: [
    { conta: 'PROVEDOR', valorCentavos },
    { conta: 'CLIENTE', valorCentavos: -valorCentavos },
  ],
});

/** Money went back to the client. */
export const estorno = (provedorId: string, valorCentavos: number): Movimento => ({
  origem: `estorno/${provedorId}`,
  lancamentos: [
    { conta: 'PROVEDOR', valorCentavos: -valorCentavos },
    { conta: 'CLIENTE', valorCentavos },
  ],
});
