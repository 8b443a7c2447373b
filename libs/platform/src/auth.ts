import { type CanActivate, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import { Problem } from './problem.js';

export const PAPEIS = ['CLIENTE', 'ADMIN', 'OPERADOR'] as const;
export type Papel = (typeof PAPEIS)[number];

/** Who is asking, as the verified access token says; never as a header says. */
export interface Usuario {
  readonly id: string;
  readonly papeis: readonly Papel[];
}

const claimsSchema = z.object({ sub: z.uuid(), papeis: z.array(z.string()).max(20) });

/** A role that a later release gives is none that this one knows: it permits nothing, and the token stays good. */
const isPapel = (papel: string): papel is Papel => (PAPEIS as readonly string[]).includes(papel);

const PUBLICO = 'plataforma:publico';
const TOKEN_OPCIONAL = 'plataforma:token-opcional';
const EXIGE_PAPEL = 'plataforma:papeis';

/** The route needs no token. */
export const Publico = () => SetMetadata(PUBLICO, true);
/** The route needs no token, and shows more to whoever sends one; a bad one is still refused. */
export const TokenOpcional = () => SetMetadata(TOKEN_OPCIONAL, true);
/** The route needs a user with at least one of `papeis`. */
export const ExigePapel = (...papeis: Papel[]) => SetMetadata(EXIGE_PAPEL, papeis);

interface AuthenticatedRequest extends FastifyRequest {
  usuario?: Usuario;
}

/** The authenticated user of the request. */
export const UsuarioAtual = createParamDecorator((_: unknown, context: ExecutionContext): Usuario => {
  const { usuario } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!usuario) throw new Problem(401, 'auth.token-ausente', 'Autenticação necessária');
  return usuario;
});

/** The user of a request whose token is optional; undefined without one. */
export const UsuarioSeHouver = createParamDecorator(
  (_: unknown, context: ExecutionContext): Usuario | undefined =>
    context.switchToHttp().getRequest<AuthenticatedRequest>().usuario,
);

export interface TokenSettings {
  readonly JWKS_URL: string;
  readonly JWT_ISSUER: string;
  readonly JWT_AUDIENCE: string;
}

/** The key set could not be fetched, or was none: that says nothing about the token (jose gives a bare JOSEError). */
const keysUnavailable = (error: unknown): boolean =>
  error instanceof errors.JOSEError
    ? [errors.JOSEError.code, errors.JWKSTimeout.code, errors.JWKSInvalid.code].includes(error.code)
    : !(error instanceof z.ZodError);

const refuse = (code: string, title: string, error: string) =>
  new Problem(401, code, title, { headers: { 'www-authenticate': `Bearer error="${error}"` } });

/**
 * Verifies access tokens against the issuer's published keys: RS256 and `typ: at+jwt` only, with issuer, audience and
 * times (RFC 8725, RFC 9068). Key references inside a token (`jku`, `jwk`, `x5u`) are never followed.
 */
export class TokenVerifier {
  private readonly keys: JWTVerifyGetKey;

  constructor(
    private readonly settings: TokenSettings,
    keys?: JWTVerifyGetKey,
  ) {
    this.keys =
      keys ?? createRemoteJWKSet(new URL(settings.JWKS_URL), { cooldownDuration: 5_000, cacheMaxAge: 300_000 });
  }

  /** @throws Problem 401 with a stable code, or 503 when the issuer's keys cannot be had */
  async verify(token: string): Promise<Usuario> {
    try {
      const { payload } = await jwtVerify(token, this.keys, {
        algorithms: ['RS256'],
        typ: 'at+jwt',
        issuer: this.settings.JWT_ISSUER,
        audience: this.settings.JWT_AUDIENCE,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: 5,
      });
      const { sub, papeis } = claimsSchema.parse(payload);
      return { id: sub, papeis: papeis.filter(isPapel) };
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw refuse('auth.token-expirado', 'O token expirou', 'invalid_token');
      if (keysUnavailable(error))
        throw new Problem(503, 'auth.chaves-indisponiveis', 'As chaves de verificação estão indisponíveis', {
          headers: { 'retry-after': '2' },
        });
      throw refuse('auth.token-invalido', 'O token não é válido', 'invalid_token');
    }
  }
}

/** Every route needs a valid token unless it says `@Publico()`; roles are checked where `@ExigePapel()` asks. */
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly verifier: TokenVerifier,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(PUBLICO, targets)) return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const optional = this.reflector.getAllAndOverride<boolean | undefined>(TOKEN_OPCIONAL, targets);
    if (optional && request.headers.authorization === undefined) return true;
    const [scheme, token, ...rest] = (request.headers.authorization ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0)
      throw refuse('auth.token-ausente', 'Autenticação necessária', 'invalid_request');
    const usuario = await this.verifier.verify(token);
    request.usuario = usuario;
    const papeis = this.reflector.getAllAndOverride<Papel[] | undefined>(EXIGE_PAPEL, targets);
    if (papeis && !papeis.some((papel) => usuario.papeis.includes(papel)))
      throw new Problem(403, 'auth.sem-permissao', 'O seu papel não permite esta operação');
    return true;
  }
}
