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

/** What people write for a letter; `1` is read as both letters that it looks like. */
const TROCAS: Readonly<Record<string, string>> = {
  '@': 'a',
  4: 'a',
  8: 'b',
  3: 'e',
  '!': 'i',
  '|': 'i',
  0: 'o',
  $: 's',
  5: 's',
  7: 't',
  '+': 't',
};
const destrocar = (texto: string, um: 'i' | 'l'): string =>
  Array.from(texto, (letra) => (letra === '1' ? um : (TROCAS[letra] ?? letra))).join('');

/** How much that is no letter may stand around a word before it is more than an ornament: `Senha123!2026`. */
const ENFEITE_MAXIMO = 7;

/** The text, and what is left of it without up to ENFEITE_MAXIMO characters around it that are no letters. */
function semEnfeites(texto: string): string[] {
  const [antes = ''] = /^\P{L}*/u.exec(texto) ?? [];
  return ['', antes].flatMap((inicio) => {
    const restos: string[] = [];
    for (let fim = texto.length; inicio.length + texto.length - fim <= ENFEITE_MAXIMO; fim--) {
      restos.push(texto.slice(inicio.length, fim));
      if (fim <= inicio.length || /\p{L}/u.test(texto.charAt(fim - 1))) break;
    }
    return restos;
  });
}

/** As attackers vary a password of their lists: capitals, letters written as digits and signs, a year or a sign after it. */
const variantes = (texto: string): Set<string> =>
  new Set(semEnfeites(texto).flatMap((resto) => [resto, destrocar(resto, 'i'), destrocar(resto, 'l')]));

/**
 * Checks a password that someone wants to use: its length in characters, never its composition (no "one digit, one
 * symbol"), and that it is not one that an attacker tries first.
 *
 * @param ehComum whether exactly this is in the list of common ones; it is asked for each simple variant
 * @throws SenhaCurta, SenhaLonga, SenhaComum
 */
export function validarNovaSenha(senha: string, ehComum: (senha: string) => boolean): void {
  const normal = normalizarSenha(senha);
  const tamanho = [...normal].length;
  if (tamanho < TAMANHO_MINIMO) throw new SenhaCurta(TAMANHO_MINIMO);
  if (tamanho > TAMANHO_MAXIMO) throw new SenhaLonga(TAMANHO_MAXIMO);
  const dobrada = normal.toLowerCase();
  const pedaco = pedacoRepetido(dobrada);
  const candidatas = new Set([normal, ...variantes(dobrada), ...variantes(pedaco)]);
  if (pedaco.length < PADRAO_MINIMO || [...candidatas].some(ehComum)) throw new SenhaComum();
}
