import { type RefObject, useRef, useState } from 'react';

/** Copies what an element shows; where the browser does not let it, what is to be copied is marked for whoever reads. */
export function useCopia<E extends HTMLElement>(): {
  alvo: RefObject<E | null>;
  copiado: boolean;
  copiar: () => void;
} {
  const alvo = useRef<E>(null);
  const [copiado, setCopiado] = useState(false);
  const copiar = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(alvo.current?.textContent ?? '');
      setCopiado(true);
    } catch {
      setCopiado(false);
      if (alvo.current) getSelection()?.selectAllChildren(alvo.current);
    }
  };
  return { alvo, copiado, copiar: () => void copiar() };
}
