import { useEffect, useSyncExternalStore } from 'react';
import { tokenDeAcesso, useSessao } from './sessao.js';

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
    const deQuem = {
      ...(espacoId !== undefined && { espacoId }),
      ...(dono !== undefined && { token: tokenDeAcesso }),
    };
    // Whoever only looks around hears nothing: what listens comes with the first thing that may change.
    import('./ouvir-mudancas.js').then(
      ({ ouvirMudancas }) => ouvirMudancas(deQuem, fim.signal, dizer),
      () => dizer(false),
    );
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
