import { HORA_MS } from './periodo-reserva.js';

/** Up to `horasAntes` hours before the start, `percentual` of what was paid is given back. */
export interface FaixaDeReembolso {
  readonly horasAntes: number;
  readonly percentual: number;
}

/** What share a cancellation at `agora` (ms) gives back: the most generous tier that is still met; none met, nothing. */
export function percentualDeReembolso(politica: readonly FaixaDeReembolso[], inicio: number, agora: number): number {
  const horasAntes = (inicio - agora) / HORA_MS;
  const percentuais = politica.filter((faixa) => horasAntes >= faixa.horasAntes).map((faixa) => faixa.percentual);
  return Math.max(0, ...percentuais);
}

/** How much a cancellation at `agora` (ms) gives back of `valorCentavos`, rounded in the client's favour. */
export const reembolsoCentavos = (
  politica: readonly FaixaDeReembolso[],
  valorCentavos: number,
  inicio: number,
  agora: number,
  tetoPercentual = 100,
): number =>
  Math.ceil((valorCentavos * Math.min(tetoPercentual, percentualDeReembolso(politica, inicio, agora))) / 100);
