import { randomUUID } from 'node:crypto';
import { InvalidConfigurationError, SealError } from '@plataforma/platform';
import { type CryptoKey, importJWK, type JWK, SignJWT } from 'jose';
import { EmissorDeToken, type TokenAcesso } from '../application/ports.js';
import type { Sessao } from '../domain/sessao.js';
import type { Papel } from '../domain/usuario.js';
import type { ChaveMestra } from './chave-mestra.js';
import { ALG, type PgChaveRepository } from './pg-chave-repository.js';

export interface AjustesDoToken {
  readonly JWT_ISSUER: string;
  readonly JWT_AUDIENCE: string;
  readonly AUTH_TOKEN_SEGUNDOS: number;
}

/** Signs access tokens (RFC 9068) with the current key. */
export class JwtEmissor extends EmissorDeToken {
  private readonly abertas = new Map<string, CryptoKey>();

  constructor(
    private readonly chaves: PgChaveRepository,
    private readonly mestra: ChaveMestra,
    private readonly ajustes: AjustesDoToken,
  ) {
    super();
  }

  async issue(
    usuario: { readonly id: string; readonly papeis: readonly Papel[] },
    sessao: Pick<Sessao, 'id' | 'amr' | 'autenticadaEm'>,
  ): Promise<TokenAcesso> {
    const { kid, chave } = await this.currentKey();
    const agora = Math.floor(Date.now() / 1000);
    const tokenAcesso = await new SignJWT({
      papeis: usuario.papeis,
      sid: sessao.id,
      amr: sessao.amr,
      auth_time: Math.floor(sessao.autenticadaEm.getTime() / 1000),
    })
      .setProtectedHeader({ alg: ALG, typ: 'at+jwt', kid })
      .setIssuer(this.ajustes.JWT_ISSUER)
      .setAudience(this.ajustes.JWT_AUDIENCE)
      .setSubject(usuario.id)
      .setIssuedAt(agora)
      .setNotBefore(agora)
      .setExpirationTime(agora + this.ajustes.AUTH_TOKEN_SEGUNDOS)
      .setJti(randomUUID())
      .sign(chave);
    return { tokenAcesso, expiraEmSegundos: this.ajustes.AUTH_TOKEN_SEGUNDOS };
  }

  /** @throws InvalidConfigurationError when AUTH_CHAVE_MESTRA is not the one that the keys were stored under */
  async currentKey(): Promise<{ kid: string; chave: CryptoKey }> {
    const { kid, privada } = await this.chaves.current();
    const chave = this.abertas.get(kid) ?? (await this.open(kid, privada));
    return { kid, chave };
  }

  private async open(kid: string, privada: Buffer): Promise<CryptoKey> {
    let jwk: JWK;
    try {
      jwk = JSON.parse(this.mestra.decrypt(privada, kid)) as JWK;
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      throw new InvalidConfigurationError(
        'AUTH_CHAVE_MESTRA não é a chave com que as chaves de assinatura deste banco foram guardadas',
      );
    }
    const chave = await importJWK(jwk, ALG);
    if (chave instanceof Uint8Array) throw new Error('A chave de assinatura guardada não é um par RSA');
    this.abertas.set(kid, chave);
    return chave;
  }
}
