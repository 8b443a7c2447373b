import { useEffect, useSyncExternalStore } from 'react';
import type { EventoAoVivo, ReservaCompletaHttp } from '@plataforma/contracts';
import { ouvir } from '@plataforma/contracts/ao-vivo';
import { consultas } from '@plataforma/kit';
import type { QueryKey } from '@tanstack/react-query';
import { conferirSessao, tokenDeAcesso, useSessao } from './sessao.js';

/** Whether what changes is heard now; whoever does not hear asks. */
let ouvindo = false;
const quemQuerSaber = new Set<() => void>();
function dizer(sim: boolean): void {
  ouvindo = sim;
  for (const avisar of quemQuerSaber) avisar();
}
const acompanhar = (avisar: () => void) => {
  quemQuerSaber.add(avisar);
  return () => quemQuerSaber.delete(avisar);
};
export const useOuvindo = (): boolean => useSyncExternalStore(acompanhar, () => ouvindo);

const relerSe = (queryKey: QueryKey): void => void consultas.invalidateQueries({ queryKey });
const relerReserva = (serve: (completa: ReservaCompletaHttp) => boolean): void =>
  void consultas.invalidateQueries({
    queryKey: ['reserva'],
    predicate: ({ state }) => state.data === undefined || serve(state.data as ReservaCompletaHttp),
  });

/** Only what is on the screen is read again at once; the rest when it is looked at. */
function acolher(evento: EventoAoVivo): void {
  switch (evento.nome) {
    case 'releia':
      for (const lido of ['reserva', 'reservas', 'livres', 'fila']) relerSe([lido]);
      return;
    case 'reserva': {
      const { reservaId, versao } = evento.dados;
      relerReserva(({ reserva }) => reserva.id === reservaId && reserva.versao < versao);
      // What one waited for is offered as a booking.
      for (const lista of ['reservas', 'fila']) relerSe([lista]);
      return;
    }
    case 'pagamento':
      // A Pix that is no longer good is not shown as if it were.
      relerSe(['intento']);
      return relerReserva(({ reserva }) => reserva.cobrancaId === evento.dados.cobrancaId);
    case 'espaco':
      relerSe(['livres', evento.dados.espacoId]);
      return;
    case 'fim':
      // Ended elsewhere: what is on the screen is let go of as soon as that is known.
      if (evento.dados.motivo === 'SESSAO') void conferirSessao();
      return;
    case 'retomada':
  }
}

/**
 * Hears what changes of one's own bookings, and of a space that is looked at, while the tab is. A browser gives few
 * connections to one origin: a tab that nobody sees gives its own up, and is told to read again when it comes back.
 */
export function useAoVivo(espacoId: string | undefined): void {
  const { usuario } = useSessao();
  const dono = usuario?.id;
  const visivel = useSyncExternalStore(ouvirVisibilidade, () => document.visibilityState === 'visible');
  useEffect(() => {
    if (!visivel || (dono === undefined && espacoId === undefined)) return;
    const fim = new AbortController();
    const seguir = async (): Promise<void> => {
      const opcoes = { origem: location.origin, signal: fim.signal, aoFalhar: () => dizer(false) };
      const deQuem = {
        ...(espacoId !== undefined && { espacoId }),
        ...(dono !== undefined && { token: tokenDeAcesso }),
      };
      for await (const evento of ouvir({ ...opcoes, ...deQuem })) {
        if (!fim.signal.aborted) dizer(evento.nome !== 'fim');
        acolher(evento);
      }
      if (!fim.signal.aborted) dizer(false);
    };
    void seguir();
    return () => {
      fim.abort();
      dizer(false);
    };
  }, [dono, espacoId, visivel]);
}

function ouvirVisibilidade(avisar: () => void) {
  document.addEventListener('visibilitychange', avisar);
  return () => document.removeEventListener('visibilitychange', avisar);
}
