import { SenhaComum, SenhaCurta, SenhaLonga } from './errors.js';

/** NIST SP 800-63B-4, 3.1.1.2: fifteen characters where the password is the only factor. */
export const TAMANHO_MINIMO = 15;
export const TAMANHO_MAXIMO = 256;
/** A repeated or counting pattern shorter than this is no secret, however long it gets. */
const PADRAO_MINIMO = 5;

/**
 * The form in which a password is hashed and compared: NFKC (NIST SP 800-63B-4, 3.1.1.2), so that a character typed
 * as one or as two code points is the same. Nothing is cut off or trimmed.
 */
export const normalizarSenha = (senha: string): string => senha.normalize('NFKC');

/** The shortest piece whose repetition makes `texto`; `texto` itself when it does not repeat. */
const pedacoRepetido = (texto: string): string => {
  const periodo = (texto + texto).indexOf(texto, 1);
  return texto.slice(0, periodo);
};

/**
 * Checks a password that someone wants to use: its length in characters, never its composition (no "one digit, one
 * symbol"), and that it is not one that an attacker tries first.
 *
 * @param ehComum whether a password, in lower case or as typed, is in the list of common ones
 * @throws SenhaCurta, SenhaLonga, SenhaComum
 */
export function validarNovaSenha(senha: string, ehComum: (senha: string) => boolean): void {
  const normal = normalizarSenha(senha);
  const tamanho = [...normal].length;
  if (tamanho < TAMANHO_MINIMO) throw new SenhaCurta(TAMANHO_MINIMO);
  if (tamanho > TAMANHO_MAXIMO) throw new SenhaLonga(TAMANHO_MAXIMO);
  const dobrada = normal.toLowerCase();
  const pedaco = pedacoRepetido(dobrada);
  if (pedaco.length < PADRAO_MINIMO || [normal, dobrada, pedaco].some(ehComum)) throw new SenhaComum();
}
