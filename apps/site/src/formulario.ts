import { useEffect, useState } from 'react';

/** What a letter's link brings after `#`: read once, and gone from the address, so that no history or screen keeps it. */
export function useDoLink(nome: string): string | undefined {
  const [valor] = useState(() => new URLSearchParams(location.hash.slice(1)).get(nome) ?? undefined);
  useEffect(() => {
    if (location.hash !== '') history.replaceState(history.state, '', location.pathname + location.search);
  }, []);
  return valor;
}
