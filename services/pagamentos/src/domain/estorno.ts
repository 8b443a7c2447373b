/** Who wanted a refund: the booking's own rules, an admin, or somebody at the provider's own desk. */
export type OrigemEstorno = 'RESERVA' | 'ADMIN' | 'PROVEDOR';

export interface Estorno {
  readonly id: string;
  readonly cobrancaId: string;
  readonly valorCentavos: number;
  readonly origem: OrigemEstorno;
  /** PARADO: the provider does not make it, and somebody has to decide. BAIXADO: it was decided not to. */
  readonly estado: 'A_FAZER' | 'EM_PROCESSAMENTO' | 'CONCLUIDO' | 'FALHOU' | 'PARADO' | 'BAIXADO';
  /** The provider's refund that carries it out; another one after a failure. */
  readonly provedorId: string | null;
}

/** So often the provider refuses a refund, or fails to make it, before somebody has to decide; some minutes. */
export const RECUSAS_ATE_PARAR = 10;

/** A refund as the provider shows it. */
export interface EstornoNoProvedor {
  readonly provedorId: string;
  /** Ours, by the mark that we left on it; null when it was made at the provider's own desk. */
  readonly estornoId: string | null;
  readonly valorCentavos: number;
  readonly situacao: 'CONCLUIDO' | 'EM_PROCESSAMENTO' | 'FALHOU';
  readonly falha: string | null;
}

export type FatoDoEstorno =
  /** The client has the money. */
  | 'CONCLUIDO'
  | 'EM_PROCESSAMENTO'
  /** It did not work, and is asked for again under another key. */
  | 'A_REFAZER'
  /** It had worked, the client's bank sent it back, and it is asked for again. */
  | 'DEVOLVIDO'
  /** It was not ours to ask for again. */
  | 'FALHOU'
  | 'FALHOU_DEPOIS';

/** What the provider's refund means for ours; nothing when that is known already. A failure outranks a success. */
export function observarEstorno(
  { estado, origem }: Estorno,
  { situacao }: Pick<EstornoNoProvedor, 'situacao'>,
): FatoDoEstorno | undefined {
  switch (situacao) {
    case 'FALHOU':
      if (estado === 'FALHOU' || estado === 'BAIXADO') return undefined;
      if (origem === 'PROVEDOR') return estado === 'CONCLUIDO' ? 'FALHOU_DEPOIS' : 'FALHOU';
      return estado === 'CONCLUIDO' ? 'DEVOLVIDO' : 'A_REFAZER';
    case 'CONCLUIDO':
      return estado === 'CONCLUIDO' || estado === 'FALHOU' || estado === 'BAIXADO' ? undefined : 'CONCLUIDO';
    case 'EM_PROCESSAMENTO':
      return estado === 'CONCLUIDO' || estado === 'FALHOU' || estado === 'BAIXADO' ? undefined : 'EM_PROCESSAMENTO';
  }
}

/** What to do about a refund that the provider shows: it is one of ours, or it is adopted. */
export type Decisao =
  | { readonly type: 'ANOTAR'; readonly estorno: Estorno; readonly noProvedor: EstornoNoProvedor }
  | { readonly type: 'ADOTAR'; readonly noProvedor: EstornoNoProvedor };

/**
 * Matches all refunds that the provider shows of a charge with ours. One that bears our mark and was not noted yet (we
 * crashed, or the answer was lost) is ours; one of our own former, failed tries is over; anything else was made without
 * us, or twice, and is adopted, so that the ledger tells what happened.
 */
export function interpretar(nossos: readonly Estorno[], deles: readonly EstornoNoProvedor[]): Decisao[] {
  const porProvedor = new Map(nossos.map((estorno) => [estorno.provedorId, estorno]));
  const semProvedor = new Map(nossos.filter(({ provedorId }) => provedorId === null).map((item) => [item.id, item]));
  return deles.flatMap((noProvedor): Decisao[] => {
    const conhecido = porProvedor.get(noProvedor.provedorId);
    if (conhecido) return [{ type: 'ANOTAR', estorno: conhecido, noProvedor }];
    if (noProvedor.situacao === 'FALHOU') return [];
    const marcado = semProvedor.get(noProvedor.estornoId ?? '');
    if (!marcado || marcado.estado === 'CONCLUIDO' || marcado.estado === 'BAIXADO')
      return [{ type: 'ADOTAR', noProvedor }];
    semProvedor.delete(marcado.id);
    return [{ type: 'ANOTAR', estorno: marcado, noProvedor }];
  });
}

/** What can still be given back of a charge, centavos; never negative. */
export const restante = (capturado: number, comprometido: number, perdidoEmDisputa: number): number =>
  Math.max(0, capturado - comprometido - perdidoEmDisputa);
