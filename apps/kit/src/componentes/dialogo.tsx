import { type ReactNode, useEffect, useId, useRef } from 'react';
import estilo from './dialogo.module.css';

/** The browser's own modal dialog: it keeps the focus, Escape closes it, and the focus goes back to where it was. */
export function Dialogo({
  titulo,
  fechar,
  acoes,
  children,
}: {
  titulo: string;
  fechar: () => void;
  acoes: ReactNode;
  children: ReactNode;
}) {
  const dialogo = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const aberto = dialogo.current;
    aberto?.showModal();
    return () => aberto?.close();
  }, []);
  return (
    <dialog
      ref={dialogo}
      className={estilo['dialogo']}
      aria-labelledby={id}
      onCancel={(evento) => {
        evento.preventDefault();
        fechar();
      }}
    >
      <div className={estilo['conteudo']}>
        <h2 id={id}>{titulo}</h2>
        {children}
        <div className={estilo['pe']}>{acoes}</div>
      </div>
    </dialog>
  );
}
