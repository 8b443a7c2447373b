import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** What was sealed cannot be opened: another key or label, or someone changed it. */
export class SealError extends Error {
  override readonly name = 'SealError';
}

/**
 * AES-256-GCM under a key of 32 bytes; `label` is authenticated with it, so that a text cannot be moved to another place.
 */
export const seal = (text: string, key: Buffer, label: string): Buffer => sealBytes(Buffer.from(text), key, label);

/** The same for any bytes. */
export function sealBytes(bytes: Buffer, key: Buffer, label: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(label));
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
}

/** @throws SealError */
export const unseal = (sealed: Buffer, key: Buffer, label: string): string =>
  unsealBytes(sealed, key, label).toString('utf8');

/** @throws SealError */
export function unsealBytes(sealed: Buffer, key: Buffer, label: string): Buffer {
  try {
    const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(label)).setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  } catch (error) {
    throw new SealError('A cifra não confere com a chave', { cause: error });
  }
}

const PUBLIC = { format: 'der', type: 'spki' } as const;
const PRIVATE = { format: 'der', type: 'pkcs8' } as const;

/** A pair of X25519 keys, in base64: whoever has the public one can close a box that only the private one opens. */
export function newBoxKeys(): { readonly publica: string; readonly privada: string } {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  return {
    publica: publicKey.export(PUBLIC).toString('base64'),
    privada: privateKey.export(PRIVATE).toString('base64'),
  };
}

const sharedKey = (privateKey: KeyObject, publicKey: KeyObject): Buffer =>
  Buffer.from(hkdfSync('sha256', diffieHellman({ privateKey, publicKey }), Buffer.alloc(0), 'caixa', 32));

/** @throws SealError */
function publicKeyOf(base64: string): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(base64, 'base64'), ...PUBLIC });
  } catch (error) {
    throw new SealError('Não é uma chave pública', { cause: error });
  }
}

/** Closes boxes for one reader; what it keeps of that ends with it. @throws SealError */
export function boxFor(publica: string): { readonly chave: string; close(bytes: Buffer, label: string): Buffer } {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  const key = sharedKey(privateKey, publicKeyOf(publica));
  return {
    chave: publicKey.export(PUBLIC).toString('base64'),
    close: (bytes, label) => sealBytes(bytes, key, label),
  };
}

/** @param chave that the box came with @throws SealError */
export const openBox = (sealed: Buffer, privada: string, chave: string, label: string): Buffer =>
  unsealBytes(
    sealed,
    sharedKey(createPrivateKey({ key: Buffer.from(privada, 'base64'), ...PRIVATE }), publicKeyOf(chave)),
    label,
  );
