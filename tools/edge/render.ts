import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { UserError } from '../cli/user-error.ts';
import type { JwtSecret, Plugin } from './kong-config.ts';
import { type KongConfig, kongSchema, mistakesIn } from './kong-schema.ts';

/** What one installation has of its own. */
export interface Own {
  readonly keys: readonly JwtSecret[];
  /** Origins whose pages may ask from a browser. */
  readonly origins: readonly string[];
  /** Where traces go (OTLP over HTTP); nowhere without. */
  readonly otlp: string | undefined;
}

/**
 * The published keys as Kong takes them: all of them at once, so that tokens of the one before and of the one after a
 * rotation are held against theirs.
 *
 * @throws UserError when there is none, or one that is no RSA key for RS256
 */
export function secretsOf(jwks: unknown): JwtSecret[] {
  const { keys } = (jwks ?? {}) as { keys?: (JsonWebKey & { kid?: unknown; alg?: unknown; use?: unknown })[] };
  if (!Array.isArray(keys) || keys.length === 0) throw new UserError('O JWKS não tem chave nenhuma.');
  return keys.map((jwk) => {
    const { kty, kid, alg, use } = jwk;
    if (kty !== 'RSA' || alg !== 'RS256' || use !== 'sig' || typeof kid !== 'string' || kid === '')
      throw new UserError('O JWKS tem uma chave que não é RSA, RS256, de assinatura e com kid.');
    try {
      // Only what is public of it, whatever else the document brings.
      const { n, e } = jwk;
      const key = createPublicKey({ key: { kty, ...(n && { n }), ...(e && { e }) }, format: 'jwk' });
      return { key: kid, algorithm: 'RS256', rsa_public_key: key.export({ type: 'spki', format: 'pem' }).toString() };
    } catch {
      throw new UserError(`A chave ${kid} do JWKS não é uma chave RSA.`);
    }
  });
}

/** The declaration of an installation. @throws UserError when Kong would not take it */
export function rendered(kept: unknown, { keys, origins, otlp }: Own): KongConfig {
  const config = kongSchema.parse(kept);
  const changed: Readonly<Record<string, Partial<Plugin>>> = {
    cors: { config: { origins } },
    ...(otlp !== undefined && {
      opentelemetry: { enabled: true, config: { traces_endpoint: `${otlp.replace(/\/+$/, '')}/v1/traces` } },
    }),
  };
  const result: unknown = {
    ...config,
    plugins: config.plugins.map((plugin) => {
      const own = changed[plugin.name];
      return own ? { ...plugin, ...own, config: { ...(plugin.config as object), ...own.config } } : plugin;
    }),
    consumers: config.consumers.map((consumer) =>
      consumer.jwt_secrets ? { ...consumer, jwt_secrets: [...keys] } : consumer,
    ),
  };
  const mistakes = mistakesIn(result);
  if (mistakes.length > 0)
    throw new UserError(`O Kong não aceitaria o que resultou:\n${mistakes.map((one) => `  - ${one}`).join('\n')}`);
  return kongSchema.parse(result);
}
