import { useSyncExternalStore } from 'react';

/** Whoever waits for the person to prove who they are: one dialog for all of them. */
let espera: { readonly fim: Promise<boolean>; readonly acabar: (provou: boolean) => void } | undefined;
const ouvintes = new Set<() => void>();
const avisar = (): void => {
  for (const ouvir of ouvintes) ouvir();
};

/** @returns whether they did */
export function pedirConfirmacao(): Promise<boolean> {
  if (!espera) {
    let responder: (provou: boolean) => void = () => undefined;
    const fim = new Promise<boolean>((resolver) => (responder = resolver));
    espera = {
      fim,
      acabar: (provou) => {
        espera = undefined;
        responder(provou);
        avisar();
      },
    };
    avisar();
  }
  return espera.fim;
}

/** How the dialog ends, while there is one to be shown. */
export const useConfirmacaoPedida = (): ((provou: boolean) => void) | undefined =>
  useSyncExternalStore(
    (ouvir) => {
      ouvintes.add(ouvir);
      return () => ouvintes.delete(ouvir);
    },
    () => espera?.acabar,
  );
