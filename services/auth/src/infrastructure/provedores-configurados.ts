import { idDeProvedor, papel } from '@plataforma/contracts';
import { z } from 'zod';

const LOCAL = /^(localhost|127\.0\.0\.1|\[::1\])$/;
/** Whether something of this machine is meant, which needs no TLS. */
export const ehLocal = (url: URL): boolean => LOCAL.test(url.hostname);

/** https, or http to this machine: for development alone (`recusarConfiguracaoPerigosa`). */
const endereco = z
  .url({ protocol: /^https?$/, error: 'esperado um endereço https' })
  .refine((text) => new URL(text).protocol === 'https:' || ehLocal(new URL(text)), 'esperado um endereço https')
  .refine((text) => !/[#@]/.test(text), 'um endereço sem fragmento nem usuário');

const comum = {
  id: idDeProvedor,
  nome: z.string().trim().min(1).max(60),
  clienteId: z.string().min(1).max(500),
  clienteSegredo: z.string().min(1).max(2_000),
  /** Only who has an e-mail, verified, in one of these. */
  dominios: z
    .array(z.string().regex(/^[a-z0-9.-]{3,253}$/, 'esperado um domínio em minúsculas'))
    .max(100)
    .default([]),
  /**
   * The provider says of no e-mail whether it was verified, or not by `email_verified`, and whoever configures it
   * vouches that it gives none that was not (Entra ID: only of a directory whose users cannot choose theirs).
   */
  confiarNoEmail: z.boolean().default(false),
};

const oidc = z.strictObject({
  tipo: z.literal('oidc').default('oidc'),
  ...comum,
  /** As the provider writes it in its discovery document and its tokens (OpenID Connect Discovery 1.0, section 3). */
  emissor: endereco,
  escopos: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/))
    .max(20)
    .default(['email', 'profile']),
  /** How the client proves itself to the token endpoint (OpenID Connect Core 1.0, section 9). */
  autenticacao: z.enum(['client_secret_basic', 'client_secret_post']).default('client_secret_basic'),
  /** The claim that says that the e-mail was verified. Entra ID: `xms_edov`. */
  emailVerificadoPor: z.string().min(1).max(100).default('email_verified'),
  /** Claims that must have exactly this value. Google: `{"hd": "exemplo.com"}`; Entra ID: `{"tid": "…"}`. */
  exige: z.record(z.string().max(100), z.string().max(500)).default({}),
  /** Roles by the values of a claim: a text, or a list of them. */
  papeis: z
    .strictObject({
      reivindicacao: z.string().min(1).max(100),
      mapa: z.record(z.string().max(500), z.array(papel).max(3)),
    })
    .optional(),
  /** Whether `amr` with `mfa` (RFC 8176) spares the person the second factor of their account here. */
  confiarNoSegundoFator: z.boolean().default(false),
});

const GRAFO = 'https://graph.facebook.com/v23.0';
/** https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow */
const facebook = z.strictObject({
  tipo: z.literal('facebook'),
  ...comum,
  id: idDeProvedor.default('facebook'),
  nome: comum.nome.default('Facebook'),
  autorizacao: endereco.default('https://www.facebook.com/v23.0/dialog/oauth'),
  token: endereco.default(`${GRAFO}/oauth/access_token`),
  perfil: endereco.default(`${GRAFO}/me`),
});

export type ProvedorOidc = z.output<typeof oidc>;
export type ProvedorFacebook = z.output<typeof facebook>;
export type Provedor = ProvedorOidc | ProvedorFacebook;

/** Of what a text is no JSON, nothing of it is shown: it has secrets. */
const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue({ code: 'custom', message: 'não é JSON' });
    return z.NEVER;
  }
});

/** Those that people may log in by: the setting OIDC_PROVEDORES. */
export const provedoresSetting = json.pipe(
  z
    .array(z.union([facebook, oidc]))
    .max(20)
    .refine((todos) => new Set(todos.map(({ id }) => id)).size === todos.length, 'um id não se repete')
    // Two clients of one issuer may name the same person, or call two by one name.
    .refine((todos) => {
      const emissores = todos.map((um) => (um.tipo === 'oidc' ? um.emissor : um.autorizacao));
      return new Set(emissores).size === emissores.length;
    }, 'um emissor não se repete'),
);

/** An exact address that providers send people back to: also registered with each of them. */
export const retornoSetting = z
  .string()
  .regex(/^([a-z][a-z0-9+.-]*):\/\/[^\s#?@]+$/, 'esperado um endereço completo, sem ? nem #')
  .optional();

/** What dials without TLS. */
export const semTls = (provedores: readonly Provedor[]): string[] =>
  provedores
    .filter((um) =>
      (um.tipo === 'oidc' ? [um.emissor] : [um.autorizacao, um.token, um.perfil]).some((url) =>
        url.startsWith('http:'),
      ),
    )
    .map(({ id }) => id);
