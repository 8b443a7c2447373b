import { type CanActivate, type ExecutionContext, SetMetadata, type Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type Acesso, alcanca, type Direito, id, papel, pode } from '@plataforma/contracts';
import type { FastifyRequest } from 'fastify';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import { Problem } from './problem.js';
import { currentContext } from './request-context.js';
import { Revogacoes } from './revogacoes.js';
import { Ritmo } from './ritmo.js';

const PAPEIS = papel.options;
export type Papel = (typeof PAPEIS)[number];

/** Who is asking, as the verified access token says; never as a header says. */
export interface Usuario {
  readonly id: string;
  readonly papeis: readonly Papel[];
  /** The log-in that the token descends from. */
  readonly sessaoId?: string;
  /** How its person proved who they are (RFC 8176), for the last time at `autenticadoEm`. */
  readonly amr?: readonly string[];
  readonly autenticadoEm?: Date;
  /** When the token ends. */
  readonly validoAte?: Date;
  /** Of an API key: what it may do of what its owner may. */
  readonly escopos?: readonly string[];
}

const claimsSchema = z.object({
  sub: id,
  papeis: z.array(z.string()).max(20),
  sid: id.optional(),
  amr: z.array(z.string()).max(20).optional(),
  /** Seconds since 1970. */
  auth_time: z.int().min(0).optional(),
  escopos: z.array(z.string()).max(100).optional(),
  /** Requests a minute. */
  limite: z.int().min(1).optional(),
  exp: z.number(),
});
const CLOCK_TOLERANCE_S = 5;
/** Whoever meets a key that they do not know fetches the set again, but not within this of the last time. */
export const JWKS_COOLDOWN_MS = 5_000;

/** A token whose signature was found good. It is so while its key is still the same: a set fetched anew has others. */
interface VerifiedToken {
  readonly claims: z.output<typeof claimsSchema>;
  readonly key: unknown;
  readonly keyOf: Parameters<JWTVerifyGetKey>;
}
/** Some kilobytes each; of more, those that were verified first are verified again. */
const MOST_VERIFIED = 2_000;

/** A role that a later release gives is none that this one knows: it permits nothing, and the token stays good. */
const isPapel = (papel: string): papel is Papel => (PAPEIS as readonly string[]).includes(papel);

const ACESSO = 'plataforma:acesso';

/** Whom the route is for: what it says itself holds, or else what its controller says. */
export const Permite = (acesso: Acesso) => SetMetadata(ACESSO, acesso);
/** The route needs no token. */
export const Publico = () => Permite('PUBLICO');

/** Whom the guard lets in. */
export const acessoDe = (reflector: Reflector, handler: () => unknown, controller: Type): Acesso | undefined =>
  reflector.getAllAndOverride<Acesso | undefined>(ACESSO, [handler, controller]);

const CONFIRMACAO = 'plataforma:confirmacao';
/** For how long it counts that somebody proved who they are, seconds; as RFC 9470 names it, `max_age`. */
const CONFIRMACAO_SEGUNDOS = 300;
/** Clocks of servers differ a little. */
const FOLGA_SEGUNDOS = 5;

/** The route is for whoever proved who they are a moment ago. */
export const ExigeConfirmacao = () => SetMetadata(CONFIRMACAO, true);
export const confirmacaoDe = (reflector: Reflector, handler: () => unknown): boolean =>
  reflector.get<boolean | undefined>(CONFIRMACAO, handler) ?? false;

/** RFC 9470, with a status that does not make clients renew the session: only its person can help. */
export const confirmationNeeded = (): Problem =>
  new Problem(403, 'auth.confirmacao-necessaria', 'Confirme quem você é, em POST /v1/sessoes/elevacao, e repita', {
    headers: {
      'www-authenticate': `Bearer error="insufficient_user_authentication", error_description="A more recent authentication is required", max_age="${CONFIRMACAO_SEGUNDOS}"`,
    },
    extensions: { max_age: CONFIRMACAO_SEGUNDOS },
  });

/** Whether they proved who they are a moment ago; for use cases that ask so of some only. */
export const confirmadoHaPouco = ({ autenticadoEm }: Usuario): boolean =>
  autenticadoEm !== undefined &&
  Date.now() - autenticadoEm.getTime() <= (CONFIRMACAO_SEGUNDOS + FOLGA_SEGUNDOS) * 1_000;

interface AuthenticatedRequest extends FastifyRequest {
  usuario?: Usuario;
}

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

/** Hears of those who asked for what their role does not permit, before they are told so; it never fails. */
export abstract class Recusas {
  /** @param rota method and pattern */
  abstract refused(usuario: Usuario, rota: string): Promise<void>;
}

/** Who asks is known, and may not. */
export const notPermitted = (): Problem =>
  new Problem(403, 'auth.sem-permissao', 'O seu papel não permite esta operação');

/** The API key was not given it (RFC 6750). */
const outOfScope = (direito: Direito): Problem =>
  new Problem(403, 'auth.fora-do-escopo', `A chave de API não tem o escopo ${direito}`, {
    headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${direito}"` },
  });

const refuse = (code: string, title: string, error: string) =>
  new Problem(401, code, title, { headers: { 'www-authenticate': `Bearer error="${error}"` } });

/**
 * Verifies access tokens against the issuer's published keys: RS256 and `typ: at+jwt` only, with issuer, audience and
 * times (RFC 8725, RFC 9068). Key references inside a token (`jku`, `jwk`, `x5u`) are never followed.
 */
export class TokenVerifier {
  private readonly keys: JWTVerifyGetKey;
  private readonly ritmo = new Ritmo();
  private readonly verified = new Map<string, VerifiedToken>();

  constructor(
    private readonly settings: TokenSettings,
    private readonly revogacoes = new Revogacoes(),
    keys?: JWTVerifyGetKey,
  ) {
    this.keys =
      keys ??
      createRemoteJWKSet(new URL(settings.JWKS_URL), { cooldownDuration: JWKS_COOLDOWN_MS, cacheMaxAge: 300_000 });
  }

  /** @throws Problem 401 with a stable code, or 503 when the issuer's keys cannot be had */
  async verify(token: string): Promise<Usuario> {
    const { sub, papeis, sid, amr, auth_time, escopos, limite, exp } = await this.claimsOf(token);
    if (sid !== undefined && this.revogacoes.has(sid))
      throw refuse('auth.sessao-encerrada', 'A sessão foi encerrada; entre novamente', 'invalid_token');
    if (sid !== undefined && limite !== undefined) this.ritmo.count(sid, limite);
    return {
      id: sub,
      papeis: papeis.filter(isPapel),
      validoAte: new Date(exp * 1000),
      ...(sid !== undefined && { sessaoId: sid }),
      ...(amr && { amr }),
      ...(auth_time !== undefined && { autenticadoEm: new Date(auth_time * 1000) }),
      ...(escopos && { escopos }),
    };
  }

  private async claimsOf(token: string): Promise<z.output<typeof claimsSchema>> {
    try {
      const known = this.verified.get(token);
      if (known && known.key === (await this.keys(...known.keyOf))) {
        if (known.claims.exp + CLOCK_TOLERANCE_S > Date.now() / 1000) return known.claims;
        this.verified.delete(token);
        throw new errors.JWTExpired('o token conferido expirou', known.claims);
      }
      let found: Pick<VerifiedToken, 'key' | 'keyOf'> | undefined;
      const keys: JWTVerifyGetKey = async (...keyOf) => {
        const key = await this.keys(...keyOf);
        found = { key, keyOf };
        return key;
      };
      const { payload } = await jwtVerify(token, keys, {
        algorithms: ['RS256'],
        typ: 'at+jwt',
        issuer: this.settings.JWT_ISSUER,
        audience: this.settings.JWT_AUDIENCE,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: CLOCK_TOLERANCE_S,
      });
      const claims = claimsSchema.parse(payload);
      if (found) this.remember(token, { ...found, claims });
      return claims;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw refuse('auth.token-expirado', 'O token expirou', 'invalid_token');
      if (keysUnavailable(error))
        throw new Problem(503, 'auth.chaves-indisponiveis', 'As chaves de verificação estão indisponíveis', {
          headers: { 'retry-after': '2' },
        });
      throw refuse('auth.token-invalido', 'O token não é válido', 'invalid_token');
    }
  }

  private remember(token: string, verified: VerifiedToken): void {
    this.verified.delete(token);
    this.verified.set(token, verified);
    if (this.verified.size <= MOST_VERIFIED) return;
    for (const oldest of this.verified.keys()) return void this.verified.delete(oldest);
  }
}

/** Every route says whom it is for, by the table of who may what; one that does not is for nobody. */
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly verifier: TokenVerifier,
    private readonly recusas?: Recusas,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const acesso = acessoDe(this.reflector, context.getHandler() as () => unknown, context.getClass());
    if (acesso === 'PUBLICO') return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    // A token that is sent has to be good, even where none is needed.
    if (acesso === 'TOKEN_OPCIONAL' && request.headers.authorization === undefined) return true;
    const [scheme, token, ...rest] = (request.headers.authorization ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || !token || rest.length > 0)
      throw refuse('auth.token-ausente', 'Autenticação necessária', 'invalid_request');
    const usuario = await this.verifier.verify(token);
    request.usuario = usuario;
    const asked = currentContext();
    if (asked) asked.autorId = usuario.id;
    if (acesso === 'TOKEN_OPCIONAL') return true;
    if (acesso === undefined || !pode({ papeis: usuario.papeis }, acesso)) {
      await this.recusas?.refused(usuario, `${request.method} ${request.routeOptions.url ?? ''}`);
      throw notPermitted();
    }
    if (!alcanca(usuario.escopos, acesso)) throw outOfScope(acesso);
    if (confirmacaoDe(this.reflector, context.getHandler() as () => unknown) && !confirmadoHaPouco(usuario))
      throw confirmationNeeded();
    return true;
  }
}
