export type Papel = 'CLIENTE' | 'ADMIN' | 'OPERADOR';
export type Idioma = 'pt-BR' | 'en';

export interface Usuario {
  readonly id: string;
  readonly nome: string;
  /** In its normal form. */
  readonly email: string;
  readonly papeis: readonly Papel[];
  readonly idioma: Idioma;
  readonly criadoEm: Date;
  /** Of the last message about the account. */
  readonly versao: number;
  readonly emailVerificado: boolean;
  readonly desativado: boolean;
}

/**
 * One address, one spelling: `Ana@Exemplo.com ` and `ana@exemplo.com` are the same account, and so is a domain in its own
 * letters and in ASCII (UTS 46, by the URL Standard). What stands before the @ is never folded further: to the server that
 * has the mailbox `ana.s` and `anas` may be two people.
 */
export function normalizarEmail(email: string): string {
  const escrito = email.trim().normalize('NFC').toLowerCase();
  const arroba = escrito.lastIndexOf('@');
  const dominio = `http://${escrito.slice(arroba + 1)}`;
  return URL.canParse(dominio) ? `${escrito.slice(0, arroba + 1)}${new URL(dominio).hostname}` : escrito;
}

/** Composed form, so that the same name typed on two keyboards is stored alike. */
export const normalizarNome = (nome: string): string => nome.normalize('NFC').trim().replace(/\s+/g, ' ');

/** An account as it begins. */
export const novoUsuario = (
  conta: Pick<Usuario, 'id' | 'nome' | 'email' | 'papeis' | 'idioma' | 'emailVerificado'>,
  agora: Date,
): Usuario => ({
  ...conta,
  nome: normalizarNome(conta.nome),
  email: normalizarEmail(conta.email),
  criadoEm: agora,
  versao: 1,
  desativado: false,
});
