import { HORA_MS } from './periodo-reserva.js';

/** Up to `horasAntes` hours before the start, `percentual` of what was paid is given back. */
export interface FaixaDeReembolso {
  readonly horasAntes: number;
  readonly percentual: number;
}

/**
 * How much a cancellation at `agora` (ms) gives back of `pagoCentavos`, rounded in the client's favour. The most
 * generous tier that is still met counts; with no tier met, nothing is given back.
 */
export function reembolsoCentavos(
  politica: readonly FaixaDeReembolso[],
  pagoCentavos: number,
  inicio: number,
  agora: number,
): number {
  const horasAntes = (inicio - agora) / HORA_MS;
  const percentuais = politica.filter((faixa) => horasAntes >= faixa.horasAntes).map((faixa) => faixa.percentual);
  return Math.ceil((pagoCentavos * Math.max(0, ...percentuais)) / 100);
}
