import { randomBytes } from 'node:crypto';
import speakeasy from 'speakeasy';
import { Totp } from '../application/ports.js';

const PASSO_SEGUNDOS = 30;
/** RFC 4226, section 4, R6. */
const SEGREDO_BYTES = 20;
/** RFC 6238, section 5.2: one step, for clocks that differ and people who type. */
const JANELA = 1;
const EMISSOR = 'Reservas de Espaços';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648, section 6, without padding. */
export function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => BASE32.charAt(parseInt(five.padEnd(5, '0'), 2))).join('');
}

export class SpeakeasyTotp extends Totp {
  /** Not by speakeasy, whose secrets are of printable characters only, and some of them likelier than others. */
  newSecret(): string {
    return base32(randomBytes(SEGREDO_BYTES));
  }

  uri(segredo: string, conta: string): string {
    const rotulo = `${encodeURIComponent(EMISSOR)}:${encodeURIComponent(conta)}`;
    return `otpauth://totp/${rotulo}?secret=${segredo}&issuer=${encodeURIComponent(EMISSOR)}&algorithm=SHA1&digits=6&period=${PASSO_SEGUNDOS}`;
  }

  stepOf(segredo: string, codigo: string, agora: Date): number | undefined {
    const time = Math.floor(agora.getTime() / 1000);
    const found = speakeasy.totp.verifyDelta({
      secret: segredo,
      encoding: 'base32',
      token: codigo,
      time,
      step: PASSO_SEGUNDOS,
      window: JANELA,
    }) as { readonly delta: number } | undefined;
    return found && Math.floor(time / PASSO_SEGUNDOS) + found.delta;
  }
}
