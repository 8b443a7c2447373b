import { useEffect, useState } from 'react';
import type { DesafioHttp } from '@plataforma/contracts';

/** What a letter's link brings after `#`: read once, and gone from the address, so that no history or screen keeps it. */
export function useDoLink(nome: string): string | undefined {
  const [valor] = useState(() => new URLSearchParams(location.hash.slice(1)).get(nome) ?? undefined);
  useEffect(() => {
    if (location.hash !== '') history.replaceState(history.state, '', location.pathname + location.search);
  }, []);
  return valor;
}

type Desafio = Pick<DesafioHttp, 'desafio' | 'fatores' | 'chaveDeAcesso'>;

/** A provider's log-in led here: what the second factor is to be proved with came after `#`. */
export function useDesafioDoLink(): Desafio | undefined {
  const [desafio] = useState(() => lerDesafio(decodeURIComponent(location.hash.slice(1))));
  useEffect(() => history.replaceState(history.state, '', location.pathname), []);
  return desafio;
}

function lerDesafio(texto: string): Desafio | undefined {
  try {
    const lido = JSON.parse(texto) as Partial<DesafioHttp> | null;
    return typeof lido?.desafio === 'string' && Array.isArray(lido.fatores)
      ? { desafio: lido.desafio, fatores: lido.fatores, chaveDeAcesso: lido.chaveDeAcesso ?? null }
      : undefined;
  } catch {
    return undefined;
  }
}
