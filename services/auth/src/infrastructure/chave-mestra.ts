import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { seal, unseal } from '@plataforma/platform';
import { TokensDeRenovacao } from '../application/ports.js';

const TOKEN_BYTES = 32;

/** Independent keys for independent uses, all from AUTH_CHAVE_MESTRA (HKDF, RFC 5869). */
export class ChaveMestra {
  constructor(private readonly bytes: Buffer) {}

  derive(
    uso: 'chaves-assinatura' | 'tokens-renovacao' | 'contagens' | 'enderecos-auditados' | 'codigos-de-recuperacao',
  ): Buffer {
    return Buffer.from(hkdfSync('sha256', this.bytes, Buffer.alloc(0), uso, 32));
  }

  /** `rotulo` is authenticated with it, so that a text cannot be moved to another row. */
  encrypt(texto: string, rotulo: string): Buffer {
    return seal(texto, this.derive('chaves-assinatura'), rotulo);
  }

  /** @throws SealError */
  decrypt(dados: Buffer, rotulo: string): string {
    return unseal(dados, this.derive('chaves-assinatura'), rotulo);
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

  derive(token: string, uso: string): string {
    // No token has a space: what is derived for a use is never the successor of anything.
    return this.successor(`${uso} ${token}`);
  }

  hash(token: string): Buffer {
    return createHash('sha256').update(token).digest();
  }
}
