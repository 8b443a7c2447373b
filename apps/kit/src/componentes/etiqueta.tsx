import type { ReactNode } from 'react';
import estilo from './etiqueta.module.css';

export const Etiqueta = ({
  tom = 'suave',
  children,
}: {
  tom?: 'livre' | 'retido' | 'perigo' | 'suave';
  children: ReactNode;
}) => <span className={`${estilo['etiqueta']} ${estilo[tom]}`}>{children}</span>;

/** One filter that holds, and how to be rid of it. */
export const EtiquetaRemovivel = ({
  rotulo,
  remover,
  children,
}: {
  /** What pressing it does, as it is read out. */
  rotulo: string;
  remover: () => void;
  children: ReactNode;
}) => (
  <button type="button" className={`${estilo['etiqueta']} ${estilo['botao']}`} aria-label={rotulo} onClick={remover}>
    {children} <span aria-hidden="true">×</span>
  </button>
);
