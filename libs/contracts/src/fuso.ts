import { z } from 'zod';
import { FUSOS_IANA } from './fusos-iana.js';

/** Present name of a zone by each of its names in lower case. */
const PRESENTES = new Map(
  FUSOS_IANA.trim()
    .split(/\s+/)
    .flatMap((entrada) => {
      const nomes = entrada.split('=');
      return nomes.map((nome) => [nome.toLowerCase(), nomes[0] ?? nome] as const);
    }),
);

/** The present names of all zones that there are. */
export const FUSOS: readonly string[] = [...new Set(PRESENTES.values())];

/** The present IANA name of the zone that has this one, in any case; undefined for what is no zone. */
export const fusoCanonico = (nome: string): string | undefined => PRESENTES.get(nome.toLowerCase());

/**
 * The same for what was written before names were checked, which may be one that only ICU knows (`IST`): it meant what
 * ICU takes it for. What nobody knows stays as it is.
 */
export function fusoLido(nome: string): string {
  const canonico = fusoCanonico(nome);
  if (canonico !== undefined) return canonico;
  try {
    return fusoCanonico(new Intl.DateTimeFormat('en', { timeZone: nome }).resolvedOptions().timeZone) ?? nome;
  } catch {
    return nome;
  }
}

/** `Asia/Calcutta` and `Asia/Kolkata` are one zone. */
export const mesmoFuso = (um: string, outro: string): boolean => fusoLido(um) === fusoLido(outro);

const ERRO = 'esperado fuso da base IANA, por exemplo America/Sao_Paulo';

/** IANA time zone by any of its names, read as the present one. Bare offsets and abbreviations are refused. */
export const fuso = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/, { error: ERRO, abort: true })
  .overwrite((nome) => fusoCanonico(nome) ?? nome)
  .refine((nome) => fusoCanonico(nome) !== undefined, ERRO);

/** Zone in a message, as it was said: what older producers wrote has to be read, and is said again with each event. */
export const fusoEmMensagem = z.string().refine((nome) => fusoCanonico(nome) !== undefined || isKnownToIcu(nome), ERRO);

function isKnownToIcu(nome: string): boolean {
  try {
    return /^[A-Za-z]/.test(nome) && Intl.DateTimeFormat('en', { timeZone: nome }) !== undefined;
  } catch {
    return false;
  }
}
