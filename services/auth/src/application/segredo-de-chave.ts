import { createHash, randomBytes } from 'node:crypto';

/** How many a person has at once. */
export const CHAVES_POR_PESSOA = 20;
/** How a session says that it is one of these (RFC 8176: a key held by software). */
export const AMR_DE_CHAVE = ['swk'];

export interface SegredoDeChave {
  /** As its holder keeps it; told once. */
  readonly texto: string;
  readonly prefixo: string;
  readonly hash: Buffer;
}

/**
 * `pre_` so that scanners of leaked secrets know it, what people tell it by, and 256 random bits: nobody guesses them,
 * and SHA-256 is enough to keep.
 */
export function novoSegredo(): SegredoDeChave {
  const prefixo = randomBytes(4).toString('hex');
  const texto = `pre_${prefixo}_${randomBytes(32).toString('base64url')}`;
  return { texto, prefixo, hash: hashDeSegredo(texto) };
}

export const hashDeSegredo = (texto: string): Buffer => createHash('sha256').update(texto).digest();
