import { type Direito, papeisCom, pode } from '@plataforma/contracts/politica';
import { useSessao } from './sessao.js';

/** What whoever is logged in may, by the same table as the services decide by. */
export function usePode(): (direito: Direito) => boolean {
  const { usuario } = useSessao();
  return (direito) => usuario !== null && pode({ papeis: usuario.papeis }, direito);
}

/** Who may: to say why a button does nothing. */
export const quemPode = (direito: Direito): readonly string[] => papeisCom(direito) ?? [];
