import { createHmac } from 'node:crypto';
import { pedidoDeCartaHttp, texto, type RespostaDeProvedor, type RetornoDeProvedor } from '@plataforma/contracts';
import { type Logger, Problem } from '@plataforma/platform';
import type { OnModuleDestroy } from '@nestjs/common';
import * as client from 'openid-client';
import CircuitBreaker from 'opossum';
import { z } from 'zod';
import { Provedores, type SegredosDaEntrada } from '../application/ports.js';
import { EntradaExternaInvalida, ProvedorInexistente, ProvedorNaoAceito } from '../domain/errors.js';
import { dominioAceito, type IdentidadeConferida } from '../domain/identidade-externa.js';
import { normalizarEmail } from '../domain/usuario.js';
import { ehLocal, type Provedor, type ProvedorFacebook, type ProvedorOidc } from './provedores-configurados.js';

export type Retornos = Readonly<Record<RetornoDeProvedor, string | undefined>>;

/** How long what a provider says of itself is taken for true, ms; what it said before, while it cannot be asked, for a day. */
const DESCOBERTA_MS = 3_600_000;
const DESCOBERTA_VELHA_MS = 24 * 3_600_000;
/** No answer of a provider is longer. */
const RESPOSTA_BYTES = 1_000_000;

interface Descoberta {
  readonly configuration: client.Configuration;
  readonly em: number;
}
/** Claims, of a token or a profile. */
type Dados = Readonly<Record<string, unknown>>;

const nomeDe = texto({ max: 120 });
const verdade = (valor: unknown): boolean => valor === true || valor === 'true' || valor === 1 || valor === '1';
const textos = (valor: unknown): string[] =>
  (Array.isArray(valor) ? valor : [valor]).filter((um): um is string => typeof um === 'string');

/** What Graph API says of whoever logs in; the e-mail is missing where there is none, or it was not granted. */
const perfilDoFacebook = z.object({
  id: z.string().regex(/^\d{1,40}$/),
  name: z.string().optional(),
  email: z.string().optional(),
});

/**
 * Providers of the configuration, and no others: authorisation code with PKCE (RFC 7636, S256), `state` and `nonce`; the
 * ID token's signature, `iss`, `aud`, `exp` and `nonce`, and the answer's `iss` (RFC 9207), are checked by openid-client.
 */
export class OidcProvedores extends Provedores implements OnModuleDestroy {
  private readonly porId: ReadonlyMap<string, Provedor>;
  private readonly descobertas = new Map<string, Descoberta>();
  private readonly disjuntores = new Map<string, Disjuntor>();
  private readonly emAndamento = new Map<string, Promise<client.Configuration>>();

  /** @param prazoMs for each request to a provider */
  constructor(
    provedores: readonly Provedor[],
    private readonly retornos: Retornos,
    private readonly prazoMs: number,
    private readonly logger: Logger,
  ) {
    super();
    this.porId = new Map(provedores.map((provedor) => [provedor.id, provedor]));
    for (const { id } of provedores) this.disjuntores.set(id, new CircuitBreaker(answered, DISJUNTOR));
  }

  onModuleDestroy(): void {
    for (const disjuntor of this.disjuntores.values()) disjuntor.shutdown();
  }

  list() {
    return [...this.porId.values()].map(({ id, nome }) => ({ id, nome }));
  }

  async endereco(id: string, retorno: RetornoDeProvedor, segredos: SegredosDaEntrada): Promise<string> {
    const { provedor, url } = this.existente(id, retorno);
    const configuration = await this.configurationOf(provedor);
    const escopos = provedor.tipo === 'oidc' ? ['openid', ...provedor.escopos] : ['email', 'public_profile'];
    return client.buildAuthorizationUrl(configuration, {
      redirect_uri: url,
      scope: [...new Set(escopos)].join(' '),
      state: segredos.estado,
      code_challenge: await client.calculatePKCECodeChallenge(segredos.verificador),
      code_challenge_method: 'S256',
      ...(provedor.tipo === 'oidc' && { nonce: segredos.nonce }),
    }).href;
  }

  async identify(
    id: string,
    retorno: RetornoDeProvedor,
    resposta: RespostaDeProvedor,
    segredos: SegredosDaEntrada,
  ): Promise<IdentidadeConferida> {
    const { provedor, url } = this.existente(id, retorno);
    const configuration = await this.configurationOf(provedor);
    const volta = new URL(url);
    for (const [nome, valor] of Object.entries(resposta)) if (valor !== undefined) volta.searchParams.set(nome, valor);
    try {
      return provedor.tipo === 'oidc'
        ? await this.deOidc(provedor, configuration, volta, segredos)
        : await this.deFacebook(provedor, configuration, volta, segredos);
    } catch (error) {
      throw this.recusaDe(provedor, error);
    }
  }

  private async deOidc(
    provedor: ProvedorOidc,
    configuration: client.Configuration,
    volta: URL,
    { estado, nonce, verificador }: SegredosDaEntrada,
  ): Promise<IdentidadeConferida> {
    const tokens = await client.authorizationCodeGrant(configuration, volta, {
      expectedState: estado,
      expectedNonce: nonce,
      pkceCodeVerifier: verificador,
      idTokenExpected: true,
    });
    const token = tokens.claims();
    if (!token) throw new EntradaExternaInvalida();
    const dados = await this.completar(provedor, configuration, tokens.access_token, token);
    for (const [nome, valor] of Object.entries(provedor.exige))
      if (dados[nome] !== valor) throw new ProvedorNaoAceito();
    const { papeis, confiarNoSegundoFator } = provedor;
    const governados = [...new Set(Object.values(papeis?.mapa ?? {}).flat())];
    const tem = new Set(papeis ? textos(dados[papeis.reivindicacao]) : []);
    const dadosPapeis = Object.entries(papeis?.mapa ?? {}).flatMap(([valor, dele]) => (tem.has(valor) ? dele : []));
    return aceita(provedor, {
      emissor: token.iss,
      sujeito: token.sub,
      papeis: { governados, dados: [...new Set(dadosPapeis)] },
      segundoFator: confiarNoSegundoFator && textos(token['amr']).includes('mfa'),
      email: provedor.confiarNoEmail || verdade(dados[provedor.emailVerificadoPor]) ? dados['email'] : undefined,
      nome: dados['name'],
      idioma: dados['locale'],
    });
  }

  /** What the ID token does not say and is asked for, the provider's profile may (OpenID Connect Core 1.0, 5.3). */
  private async completar(
    { papeis, exige, emailVerificadoPor, confiarNoEmail }: ProvedorOidc,
    configuration: client.Configuration,
    accessToken: string,
    token: client.IDToken,
  ): Promise<Dados> {
    const pedidos = ['email', ...(confiarNoEmail ? [] : [emailVerificadoPor]), ...Object.keys(exige)];
    if (papeis) pedidos.push(papeis.reivindicacao);
    const falta = pedidos.some((nome) => token[nome] === undefined);
    if (!falta || configuration.serverMetadata().userinfo_endpoint === undefined) return token;
    return { ...(await client.fetchUserInfo(configuration, accessToken, token.sub)), ...token };
  }

  private async deFacebook(
    provedor: ProvedorFacebook,
    configuration: client.Configuration,
    volta: URL,
    { estado, verificador }: SegredosDaEntrada,
  ): Promise<IdentidadeConferida> {
    const tokens = await client.authorizationCodeGrant(configuration, volta, {
      expectedState: estado,
      pkceCodeVerifier: verificador,
    });
    const url = new URL(provedor.perfil);
    url.searchParams.set('fields', 'id,name,email');
    // https://developers.facebook.com/docs/graph-api/guides/secure-requests#appsecret_proof
    const prova = createHmac('sha256', provedor.clienteSegredo).update(tokens.access_token).digest('hex');
    url.searchParams.set('appsecret_proof', prova);
    const resposta = await client.fetchProtectedResource(configuration, tokens.access_token, url, 'GET');
    if (!resposta.ok) throw new RespostaRuim(resposta.status);
    const { id, name, email } = perfilDoFacebook.parse(await resposta.json());
    return aceita(provedor, {
      emissor: new URL(provedor.autorizacao).origin,
      sujeito: id,
      papeis: { governados: [], dados: [] },
      segundoFator: false,
      // Facebook does not say whether an e-mail was verified.
      email: provedor.confiarNoEmail ? email : undefined,
      nome: name,
      idioma: undefined,
    });
  }

  /** @throws ProvedorInexistente also where no address to come back to is configured */
  private existente(id: string, retorno: RetornoDeProvedor): { provedor: Provedor; url: string } {
    const provedor = this.porId.get(id);
    const url = this.retornos[retorno];
    if (!provedor || url === undefined) throw new ProvedorInexistente();
    return { provedor, url };
  }

  private async configurationOf(provedor: Provedor): Promise<client.Configuration> {
    const sabida = this.descobertas.get(provedor.id);
    if (sabida && performance.now() - sabida.em < DESCOBERTA_MS) return sabida.configuration;
    let pergunta = this.emAndamento.get(provedor.id);
    if (!pergunta) {
      pergunta = this.ask(provedor).finally(() => this.emAndamento.delete(provedor.id));
      this.emAndamento.set(provedor.id, pergunta);
    }
    try {
      return await pergunta;
    } catch (error) {
      if (sabida && performance.now() - sabida.em < DESCOBERTA_VELHA_MS) return sabida.configuration;
      throw this.recusaDe(provedor, error, true);
    }
  }

  private async ask(provedor: Provedor): Promise<client.Configuration> {
    const configuration = provedor.tipo === 'oidc' ? await this.discover(provedor) : this.known(provedor);
    this.descobertas.set(provedor.id, { configuration, em: performance.now() });
    return configuration;
  }

  private discover({
    id,
    emissor,
    clienteId,
    clienteSegredo,
    autenticacao,
  }: ProvedorOidc): Promise<client.Configuration> {
    const prova = autenticacao === 'client_secret_post' ? client.ClientSecretPost : client.ClientSecretBasic;
    return client.discovery(new URL(emissor), clienteId, clienteSegredo, prova(clienteSegredo), {
      // The signature counts also where TLS would do: the token may be stored, and it is cheap.
      execute: [
        client.enableNonRepudiationChecks,
        ...(ehLocal(new URL(emissor)) ? [client.allowInsecureRequests] : []),
      ],
      timeout: this.prazoMs / 1_000,
      [client.customFetch]: this.fetchOf(id),
    });
  }

  /** Whoever does not answer is not asked for some seconds: nobody waits for one that is away, and it gets room to return. */
  private fetchOf(id: string): client.CustomFetch {
    return async (url, options) => {
      try {
        return (await this.disjuntores.get(id)?.fire(url, options)) as Response;
      } catch (error) {
        if (error instanceof SemResposta) return error.resposta;
        if (CircuitBreaker.isOurError(error as Error)) throw new TypeError('não responde há pouco, e não se pergunta');
        throw error;
      }
    };
  }

  private known({ id, autorizacao, token, clienteId, clienteSegredo }: ProvedorFacebook): client.Configuration {
    const { origin } = new URL(autorizacao);
    const metadata = { issuer: origin, authorization_endpoint: autorizacao, token_endpoint: token };
    const configuration = new client.Configuration(
      metadata,
      clienteId,
      clienteSegredo,
      client.ClientSecretPost(clienteSegredo),
    );
    configuration.timeout = this.prazoMs / 1_000;
    configuration[client.customFetch] = this.fetchOf(id);
    if (ehLocal(new URL(token))) client.allowInsecureRequests(configuration);
    return configuration;
  }

  /**
   * What of a failure the person is told; the rest is for the operator. Nothing that names a person is logged.
   * @param descoberta of what the provider says of itself, which is nobody's log-in
   */
  private recusaDe({ id }: Provedor, error: unknown, descoberta = false): Error {
    if (error instanceof EntradaExternaInvalida || error instanceof ProvedorNaoAceito || error instanceof Problem)
      return error;
    const { nossa, falha = descoberta ? 502 : undefined } = julgar(error);
    const { code, message } = error as Error & { readonly code?: unknown };
    const motivo = { provedor: id, codigo: String(code), motivo: message };
    if (falha === undefined) {
      this.logger.info('Entrada por provedor recusada', motivo);
      return new EntradaExternaInvalida();
    }
    this.logger.warn(nossa ? 'O provedor não aceita a nossa configuração' : 'O provedor não atende', motivo);
    return falha === 503
      ? new Problem(503, 'auth.provedor-indisponivel', 'O provedor não respondeu; tente de novo', {
          headers: { 'retry-after': '5' },
        })
      : new Problem(502, 'auth.provedor-incompreensivel', 'O provedor respondeu o que não se entende');
  }
}

/** A profile that was not given. */
class RespostaRuim extends Error {
  constructor(readonly status: number) {
    super(`o perfil respondeu ${status}`);
  }
}

/** Of our own client: nothing that the person could mend. */
const DA_CONFIGURACAO = new Set(['invalid_client', 'unauthorized_client', 'unsupported_grant_type', 'invalid_scope']);
const PASSAGEIROS = new Set(['server_error', 'temporarily_unavailable']);
/** What the token or the answer says is not what was expected of it: somebody else's, old, or of another log-in. */
const NAO_CONFERE = new Set([
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
  'OAUTH_KEY_SELECTION_FAILED',
]);

/** Whose fault it is: the log-in's (`falha` undefined), the provider's, or ours. */
function julgar(error: unknown): { readonly falha?: 502 | 503; readonly nossa?: true } {
  if (error instanceof client.AuthorizationResponseError) return PASSAGEIROS.has(error.error) ? { falha: 503 } : {};
  if (error instanceof client.ResponseBodyError || error instanceof RespostaRuim) {
    if (error.status >= 500 || error.status === 429) return { falha: 503 };
    const codigo = 'error' in error ? error.error : '';
    return DA_CONFIGURACAO.has(codigo) ? { falha: 502, nossa: true } : {};
  }
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown };
  if (code === 'OAUTH_RESPONSE_IS_NOT_CONFORM') {
    const status = cause instanceof Response ? cause.status : 502;
    if (status >= 500 || status === 429) return { falha: 503 };
    // Facebook refuses a code by an error that is not of RFC 6749.
    return status === 400 ? {} : { falha: 502 };
  }
  if (NAO_CONFERE.has(String(code))) return {};
  if (code === 'OAUTH_TIMEOUT' || code === 'OAUTH_ABORT' || (error instanceof TypeError && code === undefined))
    return { falha: 503 };
  return { falha: 502 };
}

interface Dito extends Pick<IdentidadeConferida, 'emissor' | 'sujeito' | 'papeis' | 'segundoFator'> {
  readonly email: unknown;
  readonly nome: unknown;
  readonly idioma: unknown;
}

/** @throws ProvedorNaoAceito when only those of a domain may come; EntradaExternaInvalida */
function aceita({ id, dominios }: Provedor, { email, nome, idioma, ...dito }: Dito): IdentidadeConferida {
  const lido = pedidoDeCartaHttp.shape.email.safeParse(email).data;
  const conferido = lido === undefined ? undefined : normalizarEmail(lido);
  if (!dominioAceito(conferido, dominios)) throw new ProvedorNaoAceito();
  if (dito.sujeito.length > 255 || !/^[\x20-\x7e]+$/.test(dito.sujeito)) throw new EntradaExternaInvalida();
  return {
    ...dito,
    provedor: id,
    email: conferido,
    nome: nomeDe.safeParse(nome).data,
    idioma: typeof idioma === 'string' && /^en\b/i.test(idioma) ? 'en' : 'pt-BR',
  };
}

/**
 * What a provider names as its addresses is dialled by TLS, or in this machine (openid-client refuses the rest), never
 * by a redirection, and read up to a megabyte.
 */
const limitedFetch: client.CustomFetch = async (url, { body, ...options }) => {
  const { protocol } = new URL(url);
  if (protocol !== 'https:' && !ehLocal(new URL(url))) throw new TypeError('só se chama um provedor por https');
  const answer = await fetch(url, {
    ...options,
    ...(body !== undefined && { body: body as RequestInit['body'] & {} }),
  });
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.byteLength;
    if (size > RESPOSTA_BYTES) throw new TypeError('a resposta do provedor é longa demais');
    parts.push(part);
  }
  const empty = [101, 204, 205, 304].includes(answer.status);
  return new Response(empty ? null : Buffer.concat(parts), { status: answer.status, headers: answer.headers });
};

/** A gateway says that nobody is behind it. */
class SemResposta extends Error {
  constructor(readonly resposta: Response) {
    super(`respondeu ${resposta.status}`);
  }
}

type Disjuntor = CircuitBreaker<Parameters<client.CustomFetch>, Response>;
/**
 * No answer is what counts, as with our own services: what else a provider says may be of one request alone, and whoever
 * makes it say so must not keep others out.
 */
const answered = async (...pedido: Parameters<client.CustomFetch>): Promise<Response> => {
  const resposta = await limitedFetch(...pedido);
  if ([502, 503, 504].includes(resposta.status)) throw new SemResposta(resposta);
  return resposta;
};
/** Each request has its own deadline (OIDC_PRAZO_MS), which openid-client keeps. */
const DISJUNTOR = { timeout: false, errorThresholdPercentage: 50, volumeThreshold: 5, resetTimeout: 5_000 } as const;
