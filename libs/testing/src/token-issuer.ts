import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Papel, TokenSettings } from '@plataforma/platform';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';

const KID = 'chave-de-teste';

export interface TokenOverrides {
  readonly claims?: JWTPayload;
  readonly header?: Partial<JWTHeaderParameters>;
  readonly expiresIn?: string;
}

/** Issues RS256 access tokens like auth's, and serves the keys that verify them. */
export class TokenIssuer {
  private constructor(
    private readonly server: Server,
    private readonly privateKey: CryptoKey,
    readonly settings: TokenSettings,
  ) {}

  static async start(): Promise<TokenIssuer> {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: KID, alg: 'RS256', use: 'sig' }] });
    const server = createServer((_request, response) =>
      response.setHeader('content-type', 'application/json').end(jwks),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    server.unref();
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return new TokenIssuer(server, privateKey, {
      JWKS_URL: `${origin}/.well-known/jwks.json`,
      JWT_ISSUER: origin,
      JWT_AUDIENCE: 'plataforma-de-reservas',
    });
  }

  /** An access token of user `id`; `overrides` make wrong ones. */
  token(id: string, papeis: readonly Papel[] = ['CLIENTE'], overrides: TokenOverrides = {}): Promise<string> {
    const autenticacao = { amr: ['pwd'], auth_time: Math.floor(Date.now() / 1000) };
    return new SignJWT({ papeis, sid: randomUUID(), ...autenticacao, ...overrides.claims })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: KID, ...overrides.header })
      .setSubject(id)
      .setIssuer(overrides.claims?.iss ?? this.settings.JWT_ISSUER)
      .setAudience(overrides.claims?.aud ?? this.settings.JWT_AUDIENCE)
      .setIssuedAt()
      .setJti(randomUUID())
      .setExpirationTime(overrides.expiresIn ?? '15m')
      .sign(this.privateKey);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
