import { randomUUID } from 'node:crypto';
import { Database, InvalidConfigurationError } from '@plataforma/platform';
import type { ChavesHttp } from '@plataforma/contracts';
import { calculateJwkThumbprint, type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { ChaveRepository, EmissorDeToken, type TokenAcesso } from '../application/ports.js';
import type { ChaveAgendada } from '../domain/rotacao-chaves.js';
import type { Papel } from '../domain/usuario.js';
import { type ChaveMestra, CifraInvalida } from './chave-mestra.js';

const ALG = 'RS256';

/** The signing keys in the database: public halves for everyone, private ones encrypted under the master key. */
export class PgChaveRepository extends ChaveRepository {
  constructor(
    private readonly database: Database,
    private readonly mestra: ChaveMestra,
  ) {
    super();
  }

  exclusively<T>(trabalho: () => Promise<T>): Promise<T> {
    return this.database.transaction(async () => {
      await this.database.query(`SELECT pg_advisory_xact_lock(hashtextextended('chaves_assinatura', 3))`);
      return trabalho();
    });
  }

  async list(): Promise<{ chaves: ChaveAgendada[]; agora: Date }> {
    const rows = await this.database.query<{ kid: string; assina_desde: Date }>(
      'SELECT kid, assina_desde FROM chaves_assinatura',
    );
    const [relogio] = await this.database.query<{ agora: Date }>('SELECT clock_timestamp() AS agora');
    if (!relogio) throw new Error('O banco não disse as horas');
    return {
      chaves: rows.map(({ kid, assina_desde }) => ({ kid, assinaDesde: assina_desde })),
      agora: relogio.agora,
    };
  }

  async insert(assinaDesde: Date): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair(ALG, { modulusLength: 2048, extractable: true });
    const [publica, privada] = await Promise.all([exportJWK(publicKey), exportJWK(privateKey)]);
    const kid = await calculateJwkThumbprint(publica);
    await this.database.query(
      'INSERT INTO chaves_assinatura (kid, publica, privada, assina_desde) VALUES ($1, $2, $3, $4)',
      [kid, { ...publica, kid, alg: ALG, use: 'sig' }, this.mestra.encrypt(JSON.stringify(privada), kid), assinaDesde],
    );
  }

  async remove(kids: readonly string[]): Promise<void> {
    await this.database.change('DELETE FROM chaves_assinatura WHERE kid = ANY($1)', [kids]);
  }

  /** RFC 7517 set of public keys: those that sign, those that will, and those whose tokens may still be valid. */
  async publicKeys(): Promise<ChavesHttp> {
    const rows = await this.database.query<{ publica: ChavesHttp['keys'][number] }>(
      'SELECT publica FROM chaves_assinatura ORDER BY assina_desde',
    );
    return { keys: rows.map(({ publica }) => publica) };
  }

  /** The key that signs now, by the database's clock. */
  async current(): Promise<{ kid: string; privada: Buffer }> {
    const [row] = await this.database.query<{ kid: string; privada: Buffer }>(
      'SELECT kid, privada FROM chaves_assinatura WHERE assina_desde <= clock_timestamp() ORDER BY assina_desde DESC LIMIT 1',
    );
    if (!row) throw new Error('Não há chave de assinatura');
    return row;
  }
}

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
    sessaoId: string,
  ): Promise<TokenAcesso> {
    const { kid, chave } = await this.currentKey();
    const agora = Math.floor(Date.now() / 1000);
    const tokenAcesso = await new SignJWT({ papeis: usuario.papeis, sid: sessaoId })
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
      if (!(error instanceof CifraInvalida)) throw error;
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
