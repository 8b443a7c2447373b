import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Convite } from './ports.js';

const ID_BYTES = 16;
const DITO_BYTES = 2 * ID_BYTES + 4;
const MAC_BYTES = 16;

/**
 * What an invitation brings so that its reader, who has no account, can say whether they come: who was asked and of which
 * version of the booking, and a MAC of that. Nothing of it is stored but the question, which one answer closes.
 */
export class LinkDoConvite {
  private readonly chave: Buffer;

  /** @param segredo of which the key is derived, so that what is made with one is good for nothing else */
  constructor(segredo: Buffer) {
    this.chave = createHmac('sha256', segredo).update('resposta de convidado').digest();
  }

  /** 70 characters of base64url. */
  token({ convidadoId, reservaId, versao }: Convite): string {
    const dito = Buffer.concat([emBytes(convidadoId), emBytes(reservaId), Buffer.alloc(4)]);
    dito.writeUInt32BE(versao, dito.length - 4);
    return Buffer.concat([dito, this.mac(dito)]).toString('base64url');
  }

  /** Undefined when it is none of ours. */
  read(token: string): Convite | undefined {
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length !== DITO_BYTES + MAC_BYTES) return undefined;
    const dito = bytes.subarray(0, DITO_BYTES);
    if (!timingSafeEqual(bytes.subarray(DITO_BYTES), this.mac(dito))) return undefined;
    return {
      convidadoId: emTexto(dito.subarray(0, ID_BYTES)),
      reservaId: emTexto(dito.subarray(ID_BYTES, 2 * ID_BYTES)),
      versao: dito.readUInt32BE(2 * ID_BYTES),
    };
  }

  private mac(dito: Buffer): Buffer {
    return createHmac('sha256', this.chave).update(dito).digest().subarray(0, MAC_BYTES);
  }
}

const emBytes = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');
const emTexto = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
