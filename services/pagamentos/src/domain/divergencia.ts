/** Every kind of difference between provider, ledger and booking, and whether it is safe to repair without a person. */
export const TIPOS_DE_DIVERGENCIA = {
  /** An event of the provider never came. It is fetched and processed. */
  'webhook-perdido': { reparavel: true },
  /** The provider shows another state than the charge has. The charge is read again. */
  'cobranca-desatualizada': { reparavel: true },
  /** The provider has the intent of a charge that does not know it. The charge looks for it. */
  'intento-nao-anotado': { reparavel: true },
  /** An intent of ours that no charge is paid through: cancelled, or given back when captured. */
  'intento-orfao': { reparavel: true },
  /** A refund that the ledger does not have. It is noted or adopted. */
  'estorno-nao-anotado': { reparavel: true },
  /** A dispute that the ledger does not have. It is noted. */
  'disputa-nao-anotada': { reparavel: true },
  /** An idempotency key was used with another body: the charge goes on under a new one. */
  'chave-em-conflito': { reparavel: true },
  /** A charge is open that its cancelled booking does not want. It is closed. */
  'cobranca-de-reserva-cancelada': { reparavel: true },
  /** A charge cannot be opened at the provider. */
  'cobranca-nao-abre': { reparavel: false },
  /** What charge and refunds say is not what the ledger says. */
  'razao-divergente': { reparavel: false },
  /** What the provider captured is not what the ledger says. */
  'captura-divergente': { reparavel: false },
  /** The ledger has a capture that the provider does not. */
  'captura-sem-provedor': { reparavel: false },
  /** A refund made at the provider's desk and told of came back from the bank. */
  'estorno-devolvido': { reparavel: false },
  /** A refund that the provider does not make: somebody has to decide what becomes of it. */
  'estorno-parado': { reparavel: false },
  /** A booking counts on money that was not captured. */
  'reserva-sem-dinheiro': { reparavel: false },
  /** We keep money of a booking that says it is not kept. */
  'dinheiro-sem-reserva': { reparavel: false },
  /** The provider speaks of a payment that we have not come to know. */
  'webhook-estacionado': { reparavel: false },
  /** What the provider signed is no event that we understand. */
  'webhook-inesperado': { reparavel: false },
} as const;

export type TipoDeDivergencia = keyof typeof TIPOS_DE_DIVERGENCIA;

export const tiposDeDivergencia = Object.keys(TIPOS_DE_DIVERGENCIA) as TipoDeDivergencia[];

/** The money of one booking (or of a series charged at once), centavos. */
export interface ContaDaReserva {
  readonly situacao: 'PENDENTE' | 'CONFIRMADA' | 'CANCELADA';
  /** What the booking's last event says is paid and stays so. */
  readonly pagoCentavos: number;
  readonly capturadoCentavos: number;
  /** Refunds that the booking's own rules asked for, made or still to be made. */
  readonly devolvidoPelaReservaCentavos: number;
  /** All refunds, made or still to be made, and what disputes took. */
  readonly devolvidoCentavos: number;
}

/**
 * Compares booking and ledger. Refunds by hand and disputes take from what a confirmed booking paid without making it
 * wrong; a cancelled one must not leave us more than it says.
 */
export function compararComReserva(conta: ContaDaReserva): TipoDeDivergencia | undefined {
  switch (conta.situacao) {
    case 'PENDENTE':
      return undefined;
    case 'CONFIRMADA':
      return conta.capturadoCentavos - conta.devolvidoPelaReservaCentavos < conta.pagoCentavos
        ? 'reserva-sem-dinheiro'
        : undefined;
    case 'CANCELADA':
      return conta.capturadoCentavos - conta.devolvidoCentavos > conta.pagoCentavos
        ? 'dinheiro-sem-reserva'
        : undefined;
  }
}
