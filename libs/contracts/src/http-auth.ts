import { z } from 'zod';
import { id, idioma, instante, pagina, paginacao, papel, texto } from './primitives.js';

export * from './http-apagamentos.js';
export * from './http-chaves-de-api.js';

/**
 * Of RFC 5321 what mail is really sent to: no quotes, at most 64 octets before the @ and 63 between dots. A domain may be
 * written in its own letters (`ana@coração.com.br`), and is the one that its ASCII form names (IDNA).
 */
const EMAIL =
  /^(?=[^@]{1,64}@)[A-Za-z0-9_'+-]+(?:\.[A-Za-z0-9_'+-]+)*@(?:[A-Za-z0-9\u00A0-\uFFFF](?:[A-Za-z0-9\u00A0-\uFFFF-]{0,61}[A-Za-z0-9\u00A0-\uFFFF])?\.)+[A-Za-z]{2,63}$/;
/** Whether the domain has an ASCII form, of which the same holds. */
function temDominio(endereco: string): boolean {
  const [conta = '', dominio = ''] = endereco.split('@');
  return URL.canParse(`http://${dominio}`) && EMAIL.test(`${conta}@${new URL(`http://${dominio}`).hostname}`);
}
const escrito = 'esperado um endereço de e-mail';
const email = z
  .string()
  .trim()
  .max(254, { abort: true })
  .regex(EMAIL, { error: escrito, abort: true })
  .refine(temDominio, escrito)
  .meta({ format: 'email' });
const SENHA = '^[^\\u0000-\\u001F\\u007F-\\u009F]*$';
/** The rules of a password are auth's domain; this only keeps out what is no text, or a novel. */
const senhaQue = (tamanho?: string) =>
  z
    .string()
    .min(1, tamanho)
    .max(2_000, tamanho)
    .regex(/^[^\u0000-\u001F\u007F-\u009F\uD800-\uDFFF]*$/u, 'não pode conter caracteres de controle')
    .meta({ pattern: SENHA });
const senha = senhaQue();

// What auth's rules want of a new one, as far as a document can say it; what breaks them has codes of its own.
const senhaNova = senhaQue('deve ter de 15 a 256 caracteres').meta({ pattern: SENHA, minLength: 15, maxLength: 256 });

export const registroHttp = z
  .strictObject({
    nome: texto({ max: 120 }),
    email,
    senha: senhaNova,
    idioma: idioma.default('pt-BR'),
  })
  .meta({ example: { nome: 'Ana Souza', email: 'ana@exemplo.com', senha: 'uma frase bem comprida', idioma: 'pt-BR' } });
/** The same whether the address had an account or not: the letter tells, to whoever reads it. */
export const registroAceitoHttp = z
  .object({ email: z.email().describe('O endereço a que foi uma carta') })
  .meta({ example: { email: 'ana@exemplo.com' } });
/** Of the link that a letter brought. */
const tokenDeConta = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'não é o que um link de carta traz');
export const verificacaoHttp = z.strictObject({ token: tokenDeConta }).meta({ example: { token: 'q'.repeat(43) } });
export const pedidoDeCartaHttp = z.strictObject({ email }).meta({ example: { email: 'ana@exemplo.com' } });
export const redefinicaoDeSenhaHttp = z
  .strictObject({ token: tokenDeConta, senha: senhaNova })
  .meta({ example: { token: 'q'.repeat(43), senha: 'outra frase bem comprida' } });
export const mudancaDeSenhaHttp = z
  .strictObject({ senhaAtual: senha, senhaNova })
  .meta({ example: { senhaAtual: 'uma frase bem comprida', senhaNova: 'outra frase bem comprida' } });
/** Of whoever is logged in; who has none, because a provider lets them in, says none. */
const senhaSeTem = senha.optional().describe('Obrigatória a quem tem uma');
export const mudancaDeEmailHttp = z
  .strictObject({ senha: senhaSeTem, email })
  .meta({ example: { senha: 'uma frase bem comprida', email: 'ana.souza@exemplo.com' } });
export const loginHttp = z
  .strictObject({ email, senha })
  .meta({ example: { email: 'cliente@demo.local', senha: 'demonstracao-2026' } });
export const renovacaoHttp = z
  .strictObject({
    tokenRenovacao: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'não é um token de renovação'),
  })
  .meta({ example: { tokenRenovacao: 'q'.repeat(43) } });

const exemploDeUsuario = {
  id: '0192f0c4-0000-7000-8000-00000000000a',
  nome: 'Ana Souza',
  email: 'ana@exemplo.com',
  papeis: ['CLIENTE'] as ['CLIENTE'],
  idioma: 'pt-BR' as const,
  criadoEm: '2026-11-22T12:00:00.000Z',
  emailVerificado: true,
};

/** A user as the API of auth gives it. */
export const usuarioHttp = z
  .object({
    id,
    nome: z.string(),
    email: z.email(),
    papeis: z.array(papel),
    idioma,
    criadoEm: instante,
    emailVerificado: z.boolean().optional().describe('Se a pessoa provou que o endereço é seu'),
  })
  .meta({
    example: exemploDeUsuario,
  });

/** An account as those see it who administer. */
const usuarioDaCasaHttp = usuarioHttp.extend({ desativadoEm: instante.nullable() }).meta({
  example: { ...exemploDeUsuario, desativadoEm: null },
});
export const usuariosHttp = pagina(usuarioDaCasaHttp);
export const listaDeUsuariosHttp = z.strictObject({
  ...paginacao,
  email: email.optional().describe('Só a conta deste endereço'),
  papel: papel.optional().describe('Só quem tem este papel'),
  situacao: z.enum(['ATIVA', 'DESATIVADA']).optional(),
});
export const papeisHttp = z
  .strictObject({
    papeis: z
      .array(papel)
      .min(1)
      .max(papel.options.length)
      .refine((papeis) => new Set(papeis).size === papeis.length, 'um papel não se repete')
      .meta({ uniqueItems: true }),
  })
  .meta({ example: { papeis: ['CLIENTE', 'OPERADOR'] } });

/** What a login and a renewal are answered with. */
export const sessaoHttp = z.object({
  tokenAcesso: z.string().describe('JWT para o cabeçalho Authorization: Bearer'),
  expiraEmSegundos: z.int().describe('Vida do token de acesso'),
  tokenRenovacao: z.string().describe('Vale uma vez; a resposta da renovação traz o seguinte'),
  sessaoExpiraEm: instante.describe('Fim da sessão, que a renovação não adia'),
  usuario: usuarioHttp,
});

const opaco = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'não é um desafio que se recebeu');
const desafio = opaco.describe('Vale 5 minutos, uma vez, e só de onde foi pedido');

/** What a password is answered with where it is not enough. */
export const desafioHttp = z
  .object({
    desafio,
    expiraEmSegundos: z.int(),
    fatores: z.array(z.enum(['TOTP', 'CHAVE_DE_ACESSO', 'CODIGO_DE_RECUPERACAO'])),
    chaveDeAcesso: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('PublicKeyCredentialRequestOptionsJSON, para navigator.credentials.get; null sem chaves'),
  })
  .meta({
    example: {
      desafio: 'q'.repeat(43),
      expiraEmSegundos: 300,
      fatores: ['TOTP', 'CODIGO_DE_RECUPERACAO'],
      chaveDeAcesso: null,
    },
  });

/** Something that WebAuthn encodes: base64url, and never more than an authenticator would make. */
const base64url = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[A-Za-z0-9_-]+$/, 'esperado base64url');
const credencialDe = <Resposta extends z.ZodType>(response: Resposta) =>
  z.strictObject({
    id: base64url(1_366),
    rawId: base64url(1_366),
    type: z.literal('public-key'),
    response,
    authenticatorAttachment: z.enum(['platform', 'cross-platform']).optional(),
    // What browsers and their extensions say of what nobody asked for is let pass, and not looked at.
    clientExtensionResults: z
      .preprocess(() => ({}), z.strictObject({ credProps: z.strictObject({ rk: z.boolean().optional() }).optional() }))
      .default({}),
  });
const credencialNova = credencialDe(
  z.strictObject({
    clientDataJSON: base64url(4_000),
    attestationObject: base64url(16_000),
    authenticatorData: base64url(8_000).optional(),
    transports: z
      .array(z.string().regex(/^[a-z-]{1,20}$/))
      .max(10)
      .optional(),
    publicKeyAlgorithm: z.int().optional(),
    publicKey: base64url(8_000).optional(),
  }),
).describe('RegistrationResponseJSON, de navigator.credentials.create');
const credencial = credencialDe(
  z.strictObject({
    clientDataJSON: base64url(4_000),
    authenticatorData: base64url(4_000),
    // Those of ML-DSA, which browsers prefer where they have it, take up to 4,627 octets (FIPS 204).
    signature: base64url(8_000),
    userHandle: base64url(128).nullish(),
  }),
).describe('AuthenticationResponseJSON, de navigator.credentials.get');
const codigoTotp = z.string().regex(/^\d{6}$/, 'são seis algarismos');
const codigoRecuperacao = z
  .string()
  .max(40)
  .regex(/^[A-Za-z2-7]{5}[ -]?[A-Za-z2-7]{5}$/, 'são duas vezes cinco letras ou algarismos')
  .describe('Um dos dez; maiúsculas ou não');
const provaDoFator = {
  codigo: codigoTotp.optional(),
  codigoRecuperacao: codigoRecuperacao.optional(),
  credencial: credencial.optional(),
};
/** A body with exactly one of these fields; the document says so too. */
function umSo<S extends z.ZodObject>(corpo: S, ...nomes: (keyof z.output<S> & string)[]) {
  return corpo
    .refine(
      (valor: Readonly<Record<string, unknown>>) => nomes.filter((nome) => valor[nome] !== undefined).length === 1,
      `diga uma só de: ${nomes.join(', ')}`,
    )
    .meta({ oneOf: nomes.map((nome) => ({ required: [nome] })) });
}

export const segundoFatorHttp = umSo(
  z.strictObject({ desafio, ...provaDoFator }),
  'codigo',
  'codigoRecuperacao',
  'credencial',
).meta({ example: { desafio: 'q'.repeat(43), codigo: '123456' } });
export const elevacaoHttp = umSo(
  z.strictObject({ senha: senha.optional(), desafio: desafio.optional(), ...provaDoFator }),
  'senha',
  'codigo',
  'codigoRecuperacao',
  'credencial',
)
  .refine(({ credencial, desafio }) => (credencial === undefined) === (desafio === undefined), {
    path: ['desafio'],
    error: 'vem com a credencial, e só com ela',
  })
  .meta({
    example: { senha: 'demonstracao-2026' },
  });
/** The session stays the one it was; its token is a new one. */
export const elevadaHttp = z
  .object({
    tokenAcesso: z.string().describe('JWT cujo auth_time é agora; os anteriores seguem valendo como eram'),
    expiraEmSegundos: z.int(),
  })
  .meta({ example: { tokenAcesso: 'eyJ…', expiraEmSegundos: 900 } });

const opcoesDe = (o: string) =>
  z
    .object({ desafio, opcoes: z.record(z.string(), z.unknown()).describe(o) })
    .meta({ example: { desafio: 'q'.repeat(43), opcoes: { challenge: 'q'.repeat(43), rpId: 'localhost' } } });
export const opcoesDeEntradaHttp = opcoesDe('PublicKeyCredentialRequestOptionsJSON, para navigator.credentials.get');
export const opcoesDeRegistroHttp = opcoesDe(
  'PublicKeyCredentialCreationOptionsJSON, para navigator.credentials.create',
);
const exemploDeEntrada = {
  id: 'Y2hhdmU',
  rawId: 'Y2hhdmU',
  type: 'public-key' as const,
  response: { clientDataJSON: 'e30', authenticatorData: 'e30', signature: 'e30' },
};
export const entradaPorChaveHttp = z
  .strictObject({ desafio, credencial })
  .meta({ example: { desafio: 'q'.repeat(43), credencial: exemploDeEntrada } });

const nomeDaChave = texto({ max: 60 });
const chaveDeAcesso = z.object({
  id: z.string().describe('Como o autenticador a chama (base64url)'),
  nome: z.string(),
  sincronizada: z.boolean().describe('Se o autenticador a copia para outros aparelhos'),
  criadaEm: instante,
  usadaEm: instante.nullable(),
});
const exemploDeChave = {
  id: 'Y2hhdmU',
  nome: 'Notebook',
  sincronizada: false,
  criadaEm: '2026-11-22T12:00:00.000Z',
  usadaEm: null,
};
const codigosRecuperacao = z
  .array(z.string())
  .describe('Dez códigos, cada um de um só uso, que não se mostram de novo; nenhum se a conta já os tinha');
const exemploDeCodigos = ['abcde-fghij'];
export const fatoresHttp = z
  .object({
    totp: z.object({ ativadoEm: instante }).nullable(),
    chavesDeAcesso: z.array(chaveDeAcesso),
    codigosRestantes: z.int(),
  })
  .meta({
    example: {
      totp: { ativadoEm: '2026-11-22T12:00:00.000Z' },
      chavesDeAcesso: [exemploDeChave],
      codigosRestantes: 10,
    },
  });
export const totpNovoHttp = z
  .object({
    segredo: z.string().describe('Base32, para digitar no autenticador'),
    uri: z.string().describe('otpauth://…'),
    qr: z.string().describe('A mesma, como imagem: data:image/png;base64,…'),
  })
  .meta({ example: { segredo: 'JBSWY3DPEHPK3PXP', uri: 'otpauth://totp/…', qr: 'data:image/png;base64,…' } });
export const confirmacaoDeTotpHttp = z.strictObject({ codigo: codigoTotp }).meta({ example: { codigo: '123456' } });
export const codigosHttp = z.object({ codigosRecuperacao }).meta({ example: { codigosRecuperacao: exemploDeCodigos } });
export const novaChaveHttp = z.strictObject({ desafio, nome: nomeDaChave, credencial: credencialNova }).meta({
  example: {
    desafio: 'q'.repeat(43),
    nome: 'Notebook',
    credencial: { ...exemploDeEntrada, response: { clientDataJSON: 'e30', attestationObject: 'e30' } },
  },
});
export const chaveCriadaHttp = z
  .object({ chave: chaveDeAcesso, codigosRecuperacao })
  .meta({ example: { chave: exemploDeChave, codigosRecuperacao: exemploDeCodigos } });
export const nomeDaChaveHttp = z.strictObject({ nome: nomeDaChave }).meta({ example: { nome: 'Notebook' } });
export const idDaChave = base64url(1_366).meta({ example: 'Y2hhdmU' });

/** A place where somebody is logged in. */
const sessaoVistaHttp = z.object({
  id,
  atual: z.boolean().describe('Se é a sessão de quem pergunta'),
  aparelho: z.string().nullable().describe('Navegador e sistema, como o cliente os disse'),
  rede: z.string().nullable().describe('De onde se entrou: o endereço; de um IPv6, o /64'),
  autenticacao: z.array(z.string()).describe('Como se provou quem é (RFC 8176): pwd, …'),
  criadaEm: instante,
  usadaEm: instante.describe('A última renovação, ou a entrada'),
  expiraEm: instante,
});
/** There are at most fifty at once: no pages. */
export const sessoesVistasHttp = z.object({ itens: z.array(sessaoVistaHttp) }).meta({
  example: {
    itens: [
      {
        id: '0192f0c4-0000-7000-8000-0000000000c1',
        atual: true,
        aparelho: 'Firefox em Linux',
        rede: '203.0.113.7',
        autenticacao: ['pwd'],
        criadaEm: '2026-11-22T12:00:00.000Z',
        usadaEm: '2026-11-23T09:30:00.000Z',
        expiraEm: '2026-11-29T12:00:00.000Z',
      },
    ],
  },
});
export const encerramentoGeralHttp = z
  .strictObject({ manterEsta: z.boolean().default(false).describe('Com true, a sessão de quem pede continua') })
  .meta({ example: { manterEsta: true } });

export const apagamentoDeContaHttp = z
  .strictObject({ senha: senhaSeTem })
  .meta({ example: { senha: 'uma frase bem comprida' } });

/** The keys that access tokens are verified with (RFC 7517). */
export const chavesHttp = z.object({
  keys: z.array(
    z.object({
      kty: z.literal('RSA'),
      n: z.string(),
      e: z.string(),
      kid: z.string(),
      alg: z.literal('RS256'),
      use: z.literal('sig'),
    }),
  ),
});

export type ChavesHttp = z.output<typeof chavesHttp>;
export type RegistroHttp = z.output<typeof registroHttp>;
export type LoginHttp = z.output<typeof loginHttp>;
export type RenovacaoHttp = z.output<typeof renovacaoHttp>;
export type UsuarioHttp = z.output<typeof usuarioHttp>;
export type UsuariosHttp = z.output<typeof usuariosHttp>;
export type ListaDeUsuariosHttp = z.output<typeof listaDeUsuariosHttp>;
export type RegistroAceitoHttp = z.output<typeof registroAceitoHttp>;
export type SessaoVistaHttp = z.output<typeof sessaoVistaHttp>;
export type SessaoHttp = z.output<typeof sessaoHttp>;
export type DesafioHttp = z.output<typeof desafioHttp>;
export type FatoresHttp = z.output<typeof fatoresHttp>;
export type SegundoFatorHttp = z.output<typeof segundoFatorHttp>;
export type ElevacaoHttp = z.output<typeof elevacaoHttp>;
export type CredencialHttp = z.output<typeof credencial>;
export type CredencialNovaHttp = z.output<typeof credencialNova>;
