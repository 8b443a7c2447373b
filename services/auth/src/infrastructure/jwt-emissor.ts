import { randomUUID } from 'node:crypto';
import { type CryptoKey, importJWK, SignJWT } from 'jose';
import { type ChaveDeApi, type Chaveiro, EmissorDeToken, type TokenAcesso } from '../application/ports.js';
import type { Sessao } from '../domain/sessao.js';
import type { Papel } from '../domain/usuario.js';
import { ALG } from './pg-chaveiro.js';

export interface AjustesDoToken {
  readonly JWT_ISSUER: string;
  readonly JWT_AUDIENCE: string;
  readonly AUTH_TOKEN_SEGUNDOS: number;
}

/** Signs access tokens (RFC 9068) with the current key. */
export class JwtEmissor extends EmissorDeToken {
  private readonly abertas = new Map<string, CryptoKey>();

  constructor(
    private readonly chaves: Chaveiro,
    private readonly ajustes: AjustesDoToken,
  ) {
    super();
  }

  async issue(
    usuario: { readonly id: string; readonly papeis: readonly Papel[] },
    sessao: Pick<Sessao, 'id' | 'amr' | 'autenticadaEm'>,
    deApi?: Pick<ChaveDeApi, 'escopos' | 'pedidosPorMinuto'>,
  ): Promise<TokenAcesso> {
    const { kid, chave } = await this.currentKey();
    const agora = Math.floor(Date.now() / 1000);
    const tokenAcesso = await new SignJWT({
      papeis: usuario.papeis,
      sid: sessao.id,
      amr: sessao.amr,
      auth_time: Math.floor(sessao.autenticadaEm.getTime() / 1000),
      ...(deApi && { escopos: deApi.escopos, limite: deApi.pedidosPorMinuto }),
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
    const { kid, open } = await this.chaves.current();
    const aberta = this.abertas.get(kid);
    if (aberta) return { kid, chave: aberta };
    const chave = await importJWK(open(), ALG);
    if (chave instanceof Uint8Array) throw new Error('A chave de assinatura não é um par RSA');
    this.abertas.set(kid, chave);
    return { kid, chave };
  }
}
