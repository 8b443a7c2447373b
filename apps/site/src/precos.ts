import type { EspacoHttp } from '@plataforma/contracts';
import { minutosDepois, minutosEntre } from '@plataforma/kit';
import { queryOptions } from '@tanstack/react-query';
import { api } from './api.js';

/** What one wants to book. */
export interface Pedido {
  readonly espacoId: string;
  readonly inicio: string;
  readonly fim: string;
  readonly cupom?: string;
}

export const pedidoDe = (espaco: EspacoHttp, inicio: string, minutos: number, cupom?: string): Pedido => ({
  espacoId: espaco.id,
  inicio,
  fim: minutosDepois(inicio, minutos),
  ...(cupom !== undefined && { cupom }),
});

/** Not asked for again in its last minute. */
const FOLGA_MS = 60_000;

/** What it costs, honoured for a while; only somebody who is logged in is told to the cent. */
export const cotacaoDe = (pedido: Pedido) =>
  queryOptions({
    queryKey: ['cotacao', pedido],
    queryFn: async () => (await api('POST /v1/cotacoes', { corpo: pedido })).body,
    staleTime: ({ state }) =>
      state.data ? Math.max(0, Date.parse(state.data.expiraEm) - state.dataUpdatedAt - FOLGA_MS) : 0,
    gcTime: 900_000,
  });

/** What the space's own price makes of it, before rules that only a quote applies. */
export function estimativa(
  { precoHoraCentavos, precoDiaCentavos, precoMinimoCentavos }: EspacoHttp,
  { inicio, fim }: Pedido,
): number {
  const minutos = minutosEntre(inicio, fim);
  const base =
    precoDiaCentavos !== null
      ? Math.round(minutos / 1_440) * precoDiaCentavos
      : Math.ceil((precoHoraCentavos * minutos) / 60);
  return Math.max(base, precoMinimoCentavos);
}
