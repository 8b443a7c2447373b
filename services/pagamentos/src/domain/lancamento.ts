/**
 * CLIENTE: what the client paid, less what is given back. RECEBIVEL: what the provider owes us. ESTORNOS: refunds owed
 * and not made yet (negative). TAXAS: what the provider keeps. DISPUTAS: what is withheld or lost. CAIXA: what the house
 * gave back by other means than the provider (negative).
 */
export type Conta = 'CLIENTE' | 'RECEBIVEL' | 'ESTORNOS' | 'TAXAS' | 'DISPUTAS' | 'CAIXA';

/** One side of a movement of money, centavos: positive = the account receives. The sides of a movement sum to zero. */
export interface Lancamento {
  readonly conta: Conta;
  readonly valorCentavos: number;
}

export interface Movimento {
  /** What happened and to what: recorded once, whoever reports it. */
  readonly origem: string;
  readonly lancamentos: readonly Lancamento[];
}

/** `valorCentavos`, which may be negative, from one account to another. */
const mover = (origem: string, de: Conta, para: Conta, valorCentavos: number): Movimento => ({
  origem,
  lancamentos: [
    { conta: para, valorCentavos },
    { conta: de, valorCentavos: -valorCentavos },
  ],
});

/** Money went from the client to what the provider owes us. */
export const captura = (intentoId: string, valorCentavos: number): Movimento =>
  mover(`captura/${intentoId}`, 'CLIENTE', 'RECEBIVEL', valorCentavos);

/** The provider keeps its fee (or, negative, gives it back), by its own record of it. */
export const taxa = (transacaoId: string, valorCentavos: number): Movimento =>
  mover(`taxa/${transacaoId}`, 'RECEBIVEL', 'TAXAS', valorCentavos);

/** From now on the client is owed this. */
export const estornoDevido = (estornoId: string, valorCentavos: number): Movimento =>
  mover(`estorno-devido/${estornoId}`, 'ESTORNOS', 'CLIENTE', valorCentavos);

/** Less is owed than was promised: what remained of the charge did not reach. */
export const estornoReduzido = (estornoId: string, paraCentavos: number, porCentavos: number): Movimento =>
  mover(`estorno-reduzido/${estornoId}/${paraCentavos}`, 'CLIENTE', 'ESTORNOS', porCentavos);

/** The provider made a refund that was owed. */
export const estorno = (provedorId: string, valorCentavos: number): Movimento =>
  mover(`estorno/${provedorId}`, 'RECEBIVEL', 'ESTORNOS', valorCentavos);

/** A refund that was owed was paid by other means than the provider. */
export const estornoPorFora = (estornoId: string, valorCentavos: number): Movimento =>
  mover(`estorno-por-fora/${estornoId}`, 'CAIXA', 'ESTORNOS', valorCentavos);

/** It was decided not to make a refund that was owed. */
export const estornoBaixado = (estornoId: string, valorCentavos: number): Movimento =>
  mover(`estorno-baixado/${estornoId}`, 'CLIENTE', 'ESTORNOS', valorCentavos);

/** The client's bank sent back a refund that had been made: it is owed again. */
export const estornoDevolvido = (provedorId: string, valorCentavos: number): Movimento =>
  mover(`estorno-devolvido/${provedorId}`, 'ESTORNOS', 'RECEBIVEL', valorCentavos);

/** A dispute took money from us; negative when it came back. */
export const disputa = (transacaoId: string, valorCentavos: number): Movimento =>
  mover(`disputa/${transacaoId}`, 'RECEBIVEL', 'DISPUTAS', valorCentavos);

/** Money of an intent that nobody wanted went straight back … */
export const devolucao = (provedorId: string, valorCentavos: number): Movimento =>
  mover(`estorno/${provedorId}`, 'RECEBIVEL', 'CLIENTE', valorCentavos);

/** … and came back from the client's bank. */
export const devolucaoRecusada = (provedorId: string, valorCentavos: number): Movimento =>
  mover(`estorno-devolvido/${provedorId}`, 'CLIENTE', 'RECEBIVEL', valorCentavos);
