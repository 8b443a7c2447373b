import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Finalidade } from '../domain/entrega.js';

const FINALIDADES: readonly Finalidade[] = ['NOVIDADES', 'PESQUISAS'];
const MAC_BYTES = 16;
const ID_BYTES = 16;

/**
 * What a message brings so that its reader can say "no more of these" with one request and without logging in (RFC 8058):
 * whose and of what it is, and a MAC of that. It is good for that alone and for ever, and nothing has to be stored.
 */
export class Descadastro {
  private readonly chave: Buffer;

  /** @param segredo of which the key is derived, so that what is made with one is good for nothing else */
  constructor(segredo: Buffer) {
    this.chave = createHmac('sha256', segredo).update('descadastro de avisos').digest();
  }

  /** 44 characters of base64url. */
  token(usuarioId: string, finalidade: Finalidade): string {
    const dito = Buffer.concat([
      Buffer.from([FINALIDADES.indexOf(finalidade)]),
      Buffer.from(usuarioId.replaceAll('-', ''), 'hex'),
    ]);
    return Buffer.concat([dito, this.mac(dito)]).toString('base64url');
  }

  /** Undefined when it is none of ours. */
  read(token: string): { readonly usuarioId: string; readonly finalidade: Finalidade } | undefined {
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length !== 1 + ID_BYTES + MAC_BYTES) return undefined;
    const dito = bytes.subarray(0, 1 + ID_BYTES);
    if (!timingSafeEqual(bytes.subarray(1 + ID_BYTES), this.mac(dito))) return undefined;
    const finalidade = FINALIDADES[dito[0] ?? -1];
    const usuarioId = dito
      .subarray(1)
      .toString('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    return finalidade && { usuarioId, finalidade };
  }

  private mac(dito: Buffer): Buffer {
    return createHmac('sha256', this.chave).update(dito).digest().subarray(0, MAC_BYTES);
  }
}
