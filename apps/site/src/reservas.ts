import type { ReservaCompletaHttp } from '@plataforma/contracts';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useOuvindo } from './ao-vivo.js';
import { api } from './api.js';

type Completa = ReservaCompletaHttp;

/** Of what is heard as it changes nothing should be missed: if it was, it is seen after this, ms. */
const POR_VIA_DAS_DUVIDAS_MS = 30_000;
/** Whether something will change by itself, and how soon to ask whether it did, ms. */
function passoDe(completa: Completa | undefined, ouvindo: boolean): number | false {
  if (!completa) return false;
  const { reserva, pagamento } = completa;
  if (reserva.status === 'PENDENTE_APROVACAO') return ouvindo ? POR_VIA_DAS_DUVIDAS_MS : 15_000;
  if (reserva.status !== 'PENDENTE_PAGAMENTO' && reserva.remarcacao === null) return false;
  // A charge is opened in a moment, and is what somebody waits for.
  if (pagamento?.status !== 'PENDENTE' || !pagamento.provedor) return ouvindo ? 1_500 : 500;
  return ouvindo ? POR_VIA_DAS_DUVIDAS_MS : 2_000;
}

export const umaReserva = (id: string) =>
  queryOptions({
    queryKey: ['reserva', id],
    queryFn: async () => (await api('GET /v1/reservas/:id', { parametros: { id } })).body,
    staleTime: 0,
  });

/** A booking as it is now, and as it becomes: heard, or else asked for politely while something is under way. */
export function useReserva(id: string) {
  const ouvindo = useOuvindo();
  return useQuery({ ...umaReserva(id), refetchInterval: ({ state }) => passoDe(state.data, ouvindo) });
}

/** What people tell each other of it. */
export const referencia = (id: string): string => id.slice(-8).toUpperCase();
