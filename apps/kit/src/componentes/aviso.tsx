import { type ReactNode, useEffect, useRef } from 'react';
import estilo from './aviso.module.css';

/** Something to be told. What comes while one looks is announced; `perigo` interrupts. */
export function Aviso({
  tom,
  titulo,
  children,
}: {
  tom?: 'perigo' | 'espera' | 'certo';
  titulo?: string;
  children?: ReactNode;
}) {
  return (
    <div
      className={[estilo['aviso'], tom && estilo[tom]].filter(Boolean).join(' ')}
      role={tom === 'perigo' ? 'alert' : 'status'}
    >
      {titulo !== undefined && <h2>{titulo}</h2>}
      {children}
    </div>
  );
}

/** What was refused of a form, above it and with the focus, each leading to its field (GOV.UK's error summary). */
export function ResumoDeErros({ titulo, erros }: { titulo: string; erros: Readonly<Record<string, string>> }) {
  const caixa = useRef<HTMLDivElement>(null);
  const todos = Object.entries(erros);
  // What is refused, and not the object that says it: whoever goes on writing is not called away.
  const ditos = JSON.stringify(todos);
  useEffect(() => {
    caixa.current?.focus();
  }, [ditos]);
  if (todos.length === 0) return null;
  return (
    <div ref={caixa} tabIndex={-1} role="alert" className={`${estilo['aviso']} ${estilo['perigo']}`}>
      <h2>{titulo}</h2>
      <ul className={estilo['erros']}>
        {todos.map(([campo, mensagem]) => (
          <li key={campo}>
            <a
              href={`#${campo}`}
              onClick={(evento) => {
                evento.preventDefault();
                document.getElementById(campo)?.focus();
              }}
            >
              {mensagem}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
