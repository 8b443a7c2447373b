import type { ButtonHTMLAttributes } from 'react';
import estilo from './botao.module.css';

type Forma = 'primario' | 'secundario' | 'perigo' | 'leve';

/** The looks of a button, for a link that is one. */
export const classeDeBotao = (forma: Forma = 'primario', largo = false): string =>
  [estilo['botao'], forma !== 'primario' && estilo[forma], largo && estilo['largo']].filter(Boolean).join(' ');

/** While it is at it, it keeps the focus and does nothing: a second click asks for nothing twice. */
export function Botao({
  forma,
  largo,
  ocupado = false,
  onClick,
  ...resto
}: ButtonHTMLAttributes<HTMLButtonElement> & { forma?: Forma; largo?: boolean; ocupado?: boolean }) {
  return (
    <button
      type="button"
      {...resto}
      className={classeDeBotao(forma, largo)}
      aria-disabled={ocupado}
      onClick={(evento) => (ocupado ? evento.preventDefault() : onClick?.(evento))}
    />
  );
}
