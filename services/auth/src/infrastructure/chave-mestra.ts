import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { TokensDeRenovacao } from '../application/ports.js';

const IV_BYTES = 12;
const TAG_BYTES = 16;
const TOKEN_BYTES = 32;

/** What was encrypted cannot be opened: another key, or someone changed it. */
export class CifraInvalida extends Error {
  override readonly name = 'CifraInvalida';
}

/** Independent keys for independent uses, all from AUTH_CHAVE_MESTRA (HKDF, RFC 5869). */
export class ChaveMestra {
  constructor(private readonly bytes: Buffer) {}

  derive(uso: 'chaves-assinatura' | 'tokens-renovacao' | 'contagens'): Buffer {
    return Buffer.from(hkdfSync('sha256', this.bytes, Buffer.alloc(0), uso, 32));
  }

  /** AES-256-GCM; `rotulo` is authenticated with it, so that a text cannot be moved to another row. */
  encrypt(texto: string, rotulo: string): Buffer {
    const iv = randomBytes(IV_BYTES);
    const cifra = createCipheriv('aes-256-gcm', this.derive('chaves-assinatura'), iv).setAAD(Buffer.from(rotulo));
    const cifrado = Buffer.concat([cifra.update(texto, 'utf8'), cifra.final()]);
    return Buffer.concat([iv, cifra.getAuthTag(), cifrado]);
  }

  /** @throws CifraInvalida */
  decrypt(dados: Buffer, rotulo: string): string {
    const decifra = createDecipheriv('aes-256-gcm', this.derive('chaves-assinatura'), dados.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decifra.setAAD(Buffer.from(rotulo)).setAuthTag(dados.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    try {
      return Buffer.concat([decifra.update(dados.subarray(IV_BYTES + TAG_BYTES)), decifra.final()]).toString('utf8');
    } catch (error) {
      throw new CifraInvalida('A cifra não confere com a chave', { cause: error });
    }
  }
}

/** Opaque tokens of 256 bits. A successor is computed, not stored: a lost answer can be given again, yet a leak of the database gives no token. */
export class TokensOpacos extends TokensDeRenovacao {
  private readonly chave: Buffer;

  constructor(mestra: ChaveMestra) {
    super();
    this.chave = mestra.derive('tokens-renovacao');
  }

  create(): string {
    return randomBytes(TOKEN_BYTES).toString('base64url');
  }

  successor(token: string): string {
    return createHmac('sha256', this.chave).update(token).digest('base64url');
  }

  hash(token: string): Buffer {
    return createHash('sha256').update(token).digest();
  }
}
