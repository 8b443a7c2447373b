import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { CredencialHttp, CredencialNovaHttp } from '@plataforma/contracts';

const sha256 = (bytes: string | Buffer): Buffer => createHash('sha256').update(bytes).digest();
const url = (bytes: Buffer): string => bytes.toString('base64url');
const u16 = (n: number): Buffer => Buffer.from([n >> 8, n & 255]);

/** Just enough CBOR (RFC 8949): small integers, texts, bytes, and maps of them. */
function cbor(value: number | string | Buffer | Map<number | string, unknown>): Buffer {
  const head = (major: number, n: number): Buffer =>
    n < 24
      ? Buffer.from([(major << 5) | n])
      : n < 256
        ? Buffer.from([(major << 5) | 24, n])
        : Buffer.concat([Buffer.from([(major << 5) | 25]), u16(n)]);
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  const entries = [...value].flatMap(([key, of]) => [cbor(key), cbor(of as Parameters<typeof cbor>[0])]);
  return Buffer.concat([head(5, value.size), ...entries]);
}

export interface Gesto {
  readonly origem?: string;
  readonly dominio?: string;
  /** Whether PIN, finger or face was checked. */
  readonly verificada?: boolean;
  readonly contador?: number;
  readonly desafio?: string;
}

interface Opcoes {
  readonly challenge?: unknown;
  readonly user?: unknown;
}

/** An authenticator (WebAuthn level 3, 6) with one ES256 key, as a browser would talk to it. */
export class AutenticadorVirtual {
  private readonly par = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  private contador = 0;
  private dono = '';
  readonly id: string;

  constructor(
    private readonly padrao: { readonly origem: string; readonly dominio: string },
    /** Whether its keys are copied to other devices. */
    private readonly sincroniza = false,
    bytesDoId = 32,
  ) {
    this.id = url(randomBytes(bytesDoId));
  }

  create(opcoes: Opcoes, gesto: Gesto = {}): CredencialNovaHttp {
    this.dono = (opcoes.user as { id: string }).id;
    const { x = '', y = '' } = this.par.publicKey.export({ format: 'jwk' });
    const chave = cbor(
      new Map<number, unknown>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, Buffer.from(x, 'base64url')],
        [-3, Buffer.from(y, 'base64url')],
      ]),
    );
    const id = Buffer.from(this.id, 'base64url');
    const authData = Buffer.concat([this.data(gesto, 0x40), Buffer.alloc(16), u16(id.length), id, chave]);
    const attestation = cbor(
      new Map<string, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authData],
      ]),
    );
    return {
      id: this.id,
      rawId: this.id,
      type: 'public-key',
      response: {
        clientDataJSON: url(this.client('webauthn.create', opcoes, gesto)),
        attestationObject: url(attestation),
        transports: ['internal'],
      },
      clientExtensionResults: {},
    };
  }

  get(opcoes: Opcoes, gesto: Gesto = {}): CredencialHttp {
    this.contador = gesto.contador ?? this.contador + 1;
    const client = this.client('webauthn.get', opcoes, gesto);
    const authData = this.data(gesto, 0);
    const signature = sign('sha256', Buffer.concat([authData, sha256(client)]), this.par.privateKey);
    return {
      id: this.id,
      rawId: this.id,
      type: 'public-key',
      response: {
        clientDataJSON: url(client),
        authenticatorData: url(authData),
        signature: url(signature),
        userHandle: this.dono,
      },
      clientExtensionResults: {},
    };
  }

  private client(type: string, { challenge }: Opcoes, { origem, desafio }: Gesto): Buffer {
    return Buffer.from(
      JSON.stringify({
        type,
        challenge: desafio ?? challenge,
        origin: origem ?? this.padrao.origem,
        crossOrigin: false,
      }),
    );
  }

  private data({ dominio, verificada = true }: Gesto, more: number): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.contador);
    const flags = 0x01 | (verificada ? 0x04 : 0) | (this.sincroniza ? 0x18 : 0) | more;
    return Buffer.concat([sha256(dominio ?? this.padrao.dominio), Buffer.from([flags]), counter]);
  }
}
