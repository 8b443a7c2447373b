/** One EMV field: two digits of id, two of length, the value. */
function field(id: string, value: string): string {
  return `${id}${String(value.length).padStart(2, '0')}${value}`;
}

/** CRC-16/CCITT-FALSE, as the BR Code manual of Banco Central asks. */
function crc16(text: string): string {
  let crc = 0xffff;
  for (const byte of Buffer.from(text, 'latin1')) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? (crc << 1) & 0xffff : ((crc << 1) ^ 0x1021) & 0xffff;
  }
  return crc.toString(16).toUpperCase().padStart(4, '0');
}

/**
 * The "copia e cola" text of a dynamic Pix code: a well-formed BR Code whose location points nowhere, so that a bank's
 * application would read the amount and then refuse it.
 *
 * @param amount in centavos
 */
export function brCode(intentId: string, amount: number): string {
  const location = field('00', 'br.gov.bcb.pix') + field('25', `pix.emulador.invalid/qr/v2/${intentId}`);
  const fixed = (amount / 100).toFixed(2);
  const body =
    field('00', '01') +
    field('01', '12') +
    field('26', location) +
    field('52', '0000') +
    field('53', '986') +
    field('54', fixed) +
    field('58', 'BR') +
    field('59', 'PLATAFORMA DE RESERVAS') +
    field('60', 'SAO PAULO') +
    field('62', field('05', '***')) +
    '6304';
  return body + crc16(body);
}
