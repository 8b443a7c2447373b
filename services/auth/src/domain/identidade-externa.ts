import type { Idioma, Papel } from './usuario.js';

/** What a provider's claims say of roles, by its mapping: of which it speaks, and which of those it gives. */
export interface PapeisDoProvedor {
  readonly governados: readonly Papel[];
  readonly dados: readonly Papel[];
}

/** Who somebody is elsewhere. */
export interface Identidade {
  /** As the configuration calls the provider. */
  readonly provedor: string;
  readonly emissor: string;
  readonly sujeito: string;
  readonly papeis: PapeisDoProvedor;
  /** Whether the provider, trusted in this, had a second factor shown to it. */
  readonly segundoFator: boolean;
}

/** What the provider says besides. */
export interface IdentidadeConferida extends Identidade {
  /** In its normal form, and only if the provider vouches that it is the person's. */
  readonly email: string | undefined;
  readonly nome: string | undefined;
  readonly idioma: Idioma;
}

/**
 * The roles of an account after a log-in by a provider: of those that its mapping speaks of, those that it gives; of the
 * others, those that it had. Nobody is without any.
 */
export function papeisPeloProvedor(atuais: readonly Papel[], { governados, dados }: PapeisDoProvedor): Papel[] {
  const papeis = new Set([...atuais.filter((papel) => !governados.includes(papel)), ...dados]);
  return papeis.size === 0 ? ['CLIENTE'] : [...papeis];
}

/** Of an e-mail that is the person's: of one of these domains exactly, none of those under them. Any, when none is said. */
export const dominioAceito = (email: string | undefined, dominios: readonly string[]): boolean =>
  dominios.length === 0 || (email !== undefined && dominios.includes(email.slice(email.lastIndexOf('@') + 1)));
