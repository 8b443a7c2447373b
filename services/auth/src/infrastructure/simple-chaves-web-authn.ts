import type { CredencialHttp, CredencialNovaHttp } from '@plataforma/contracts';
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { ChavesWebAuthn } from '../application/ports.js';
import type { ChaveDeAcesso } from '../domain/fator.js';

const NOME = 'Reservas de Espaços';
const PRAZO_MS = 5 * 60_000;

/** Where the pages are that may use a key: the domain that it is bound to, and their origins. */
export interface LugarDasChaves {
  readonly dominio: string;
  readonly origens: readonly string[];
}

/** A name for the person that tells no one anything: the bytes of their id. */
const handleOf = (usuarioId: string): Buffer<ArrayBuffer> => Buffer.from(usuarioId.replaceAll('-', ''), 'hex');
const bytesOf = (base64url: string): Buffer<ArrayBuffer> => Buffer.from(base64url, 'base64url');
type Opcoes = Promise<Readonly<Record<string, unknown>>>;

/**
 * By @simplewebauthn/server. What is signed is the challenge itself, as it was handed out; the authenticator has to
 * verify its person (PIN, finger, face) always: a key alone is then two factors.
 */
export class SimpleChavesWebAuthn extends ChavesWebAuthn {
  constructor(private readonly lugar: LugarDasChaves) {
    super();
  }

  async optionsToRegister(
    desafio: string,
    { id, nome, email }: Parameters<ChavesWebAuthn['optionsToRegister']>[1],
    existentes: readonly ChaveDeAcesso[],
  ): Opcoes {
    const opcoes = await generateRegistrationOptions({
      rpName: NOME,
      rpID: this.lugar.dominio,
      userID: handleOf(id),
      userName: email,
      userDisplayName: nome,
      challenge: bytesOf(desafio),
      timeout: PRAZO_MS,
      attestationType: 'none',
      excludeCredentials: existentes.map((chave) => ({ id: chave.id, transports: [...chave.transportes] })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    return { ...opcoes };
  }

  async register(
    desafio: string,
    credencial: CredencialNovaHttp,
  ): Promise<Pick<ChaveDeAcesso, 'id' | 'publica' | 'contador' | 'transportes' | 'sincronizada'> | undefined> {
    const { registrationInfo } = await verifyRegistrationResponse({
      response: credencial as RegistrationResponseJSON,
      expectedChallenge: desafio,
      expectedOrigin: [...this.lugar.origens],
      expectedRPID: this.lugar.dominio,
      requireUserVerification: true,
    }).catch(() => ({ registrationInfo: undefined }));
    if (!registrationInfo) return undefined;
    const { credential, credentialDeviceType } = registrationInfo;
    return {
      id: credential.id,
      publica: credential.publicKey,
      contador: credential.counter,
      transportes: credencial.response.transports ?? [],
      sincronizada: credentialDeviceType === 'multiDevice',
    };
  }

  async optionsToProve(desafio: string, chaves: readonly ChaveDeAcesso[]): Opcoes {
    const opcoes = await generateAuthenticationOptions({
      rpID: this.lugar.dominio,
      challenge: bytesOf(desafio),
      allowCredentials: chaves.map((chave) => ({ id: chave.id, transports: [...chave.transportes] })),
      userVerification: 'required',
      timeout: PRAZO_MS,
    });
    return { ...opcoes };
  }

  async prove(desafio: string, credencial: CredencialHttp, chave: ChaveDeAcesso): Promise<number | undefined> {
    const { userHandle } = credencial.response;
    if (userHandle && !bytesOf(userHandle).equals(handleOf(chave.usuarioId))) return undefined;
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: credencial as AuthenticationResponseJSON,
      expectedChallenge: desafio,
      expectedOrigin: [...this.lugar.origens],
      expectedRPID: this.lugar.dominio,
      requireUserVerification: true,
      credential: { id: chave.id, publicKey: chave.publica, counter: chave.contador },
    }).catch(() => ({ verified: false, authenticationInfo: undefined }));
    return verified ? authenticationInfo?.newCounter : undefined;
  }
}
