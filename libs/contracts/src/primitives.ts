import { z } from 'zod';
import { temNumeroDeCartao } from './cartao.js';
import { mensagem } from './mensagens.js';

const isMissing = (input: unknown, name: string) =>
  typeof input === 'object' && input !== null && (input as Record<string, unknown>)[name] === undefined;

// Of what is not there, no schema has anything better to say.
z.config({
  ...z.locales.pt(),
  customError: (issue) => {
    const { input, code, discriminator } = issue;
    const missing = code === 'invalid_union' && discriminator !== undefined && isMissing(input, discriminator);
    return input === undefined || missing ? 'obrigatório' : mensagem(issue);
  },
});

export { fuso, fusoEmMensagem } from './fuso.js';

/**
 * Identifier: a UUID (we generate version 7). Letters of either case are read, and small ones written (RFC 9562, 4): what
 * comes in is put so at once, for ids are compared as text too.
 */
export const id = z.uuid().overwrite((uuid) => uuid.toLowerCase());

const ANO = '2(?:0\\d\\d|100)';
const DIA =
  `(?:${ANO}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|` +
  '02-(?:0[1-9]|1\\d|2[0-8]))|20(?:[02468][048]|[13579][26])-02-29)';
const HORA = '(?:[01]\\d|2[0-3]):[0-5]\\d';
const HORA_EXATA = `${HORA}:[0-5]\\d(?:\\.\\d{1,9})?`;
/**
 * Instant with an explicit offset (RFC 3339) that some place on Earth has, from 2000 to 2100: beyond that the
 * arithmetic of databases and calendars has ends that nobody needs. A local time without an offset is refused.
 */
export const instante = z
  .string()
  .regex(
    new RegExp(`^${DIA}T${HORA_EXATA}(?:Z|[+-](?:(?:0\\d|1[0-3]):[0-5]\\d|14:00))$`),
    'esperado instante RFC 3339 de 2000 a 2100 com deslocamento, por exemplo 2026-12-01T10:00:00-03:00',
  )
  .meta({ format: 'date-time' });
/** Instant of a published message: what producers ever wrote goes on being read. */
export const instanteDeMensagem = z.iso.datetime({
  offset: true,
  error: 'esperado instante RFC 3339 com deslocamento, por exemplo 2026-12-01T10:00:00-03:00',
});
/** The most that one charge may be, centavos: R$ 999.999,99 (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). */
export const MAXIMO_CENTAVOS = 99_999_999;
/** Amount of money in centavos, never negative, that can be charged at once. */
export const centavos = z.int().min(0).max(MAXIMO_CENTAVOS);
/** A sum of such amounts. */
export const somaCentavos = z.int().min(0);
/** A date of some calendar on the wall, from 2000 to 2100. */
export const dia = z
  .string()
  .regex(new RegExp(`^${DIA}$`), 'esperada data de 2000 a 2100, por exemplo 2026-12-01')
  .meta({ format: 'date' });

/**
 * Controls, marks and overrides of the direction of writing, separators of lines and paragraphs, halves of characters
 * and what is no character: they break lines of calendars, letters and logs, hide what is said, or cannot be stored.
 */
const INACEITAVEIS =
  '\\u007F-\\u009F\\u061C\\u200E\\u200F\\u2028-\\u202E\\u2066-\\u2069\\uD800-\\uDFFF\\uFEFF\\uFFF9-\\uFFFB\\uFFFE\\uFFFF';
const UMA_LINHA = new RegExp(`^[^\\u0000-\\u001F${INACEITAVEIS}]*$`, 'u');
const LINHAS = new RegExp(`^[^\\u0000-\\u0009\\u000B\\u000C\\u000E-\\u001F${INACEITAVEIS}]*$`, 'u');
/** Spaces, and what takes no room on a page or is drawn as nothing (U+2800, a Braille cell without dots). */
const INVISIVEIS =
  '\\s\\u00A0\\u00AD\\u034F\\u115F\\u1160\\u1680\\u17B4\\u17B5\\u180B-\\u180F\\u2000-\\u200D\\u202F\\u205F-\\u206F\\u2800\\u3000\\u3164\\uFE00-\\uFE0F\\uFFA0\\uFFF0-\\uFFF8';
/** What is drawn on another letter only, or as a box: alone it is no text. */
const SEM_LETRA = '\\u0300-\\u036F\\u1AB0-\\u1AFF\\u1DC0-\\u1DFF\\u20D0-\\u20FF\\uFE20-\\uFE2F\\uE000-\\uF8FF';
/** What no reader of documents can write as well: tags, fillers and selectors, other marks, and what is no letter yet. */
const VISIVEL = new RegExp(
  `[^${INVISIVEIS}\\p{Default_Ignorable_Code_Point}\\p{M}\\p{Co}\\p{Cn}\\u{1D159}\\u{16FE4}]`,
  'u',
);

/** The pattern as documents have it: their readers know no halves of characters, and something is to be seen. */
function documentado({ source }: RegExp, min: number): string {
  const pattern = source.replace('\\uD800-\\uDFFF', '');
  if (min === 0) return pattern;
  const aceitos = pattern.slice(1, -1);
  return `^${aceitos}${aceitos.slice(0, -2)}${INVISIVEIS}${SEM_LETRA}]${aceitos}$`;
}

/** The length of a text as people and JSON Schema count it: in code points. */
const comprimento = (text: string): number => [...text].length;

/**
 * Words of a person: in the form NFC and without space around, `min` to `max` characters of them afterwards, of one
 * line unless `linhas` can be there. What cannot be seen is no text, and no card number may stand in it, for it would
 * be stored and shown.
 */
export const texto = ({ min = 1, max, linhas = false }: { min?: number; max: number; linhas?: boolean }) =>
  z
    .string()
    .regex(linhas ? LINHAS : UMA_LINHA, {
      error: `não pode conter caracteres de controle${linhas ? '' : ' nem quebras de linha'}`,
      abort: true,
    })
    .overwrite((text) => (VISIVEL.test(text) ? text.replace(/\r\n?/g, '\n').normalize('NFC').trim() : ''))
    .refine((text) => comprimento(text) <= max, { error: `pode ter até ${max} caracteres`, abort: true })
    .refine((text) => comprimento(text) >= min, {
      error: min > 1 ? `deve ter pelo menos ${min} caracteres` : 'não pode ser vazio',
    })
    .refine((text) => !temNumeroDeCartao(text), { error: 'contém o que parece ser um número de cartão' })
    .meta({ minLength: min, maxLength: max, pattern: documentado(linhas ? LINHAS : UMA_LINHA, min) });

/** Whole number in a query, where everything is text; say a default in its `meta` too, or no document shows it. */
export const inteiroDaQuery = (min: number, max: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value),
    z
      .int({
        error: ({ input }) => (input === undefined ? 'obrigatório' : `esperado um número inteiro de ${min} a ${max}`),
      })
      .min(min)
      .max(max),
  );
/** ISO 4217 code; the platform charges in reais. */
export const moeda = z.literal('BRL');

/** Why a booking was cancelled. */
export const motivoCancelamento = z.enum(['PAGAMENTO_RECUSADO', 'PAGAMENTO_EXPIRADO', 'CLIENTE', 'ADMIN']);
export const statusReserva = z.enum([
  'PENDENTE_APROVACAO',
  'PENDENTE_PAGAMENTO',
  'CONFIRMADA',
  'CONCLUIDA',
  'NAO_COMPARECEU',
  'CANCELADA',
]);
/** What a charge pays for: the whole price, its deposit, what remains of it, or what a change of the booking adds. */
export const finalidadeCobranca = z.enum(['INTEGRAL', 'SINAL', 'SALDO', 'DIFERENCA']);
/** Who wanted a refund: the booking's own rules, an admin, or somebody at the provider's own desk. */
export const origemEstorno = z.enum(['RESERVA', 'ADMIN', 'PROVEDOR']);
/** A line of a price; the lines sum to the total, discounts are negative. */
export const linhaDePreco = z.object({
  tipo: z.enum(['BASE', 'PICO', 'TEMPORADA', 'FIM_DE_SEMANA', 'CUPOM', 'MINIMO', 'ARREDONDAMENTO']),
  descricao: z.string(),
  valorCentavos: z.int().min(-MAXIMO_CENTAVOS).max(MAXIMO_CENTAVOS),
});
/** Code of a coupon as people write it, or copy it with the spaces around; upper and lower case are the same. */
export const codigoDeCupom = z
  .string()
  .overwrite((codigo) => (/^[ -~]*$/.test(codigo) ? codigo.trim() : codigo))
  .regex(/^[A-Za-z0-9_-]{3,40}$/, 'esperadas de 3 a 40 letras sem acento, algarismos, - ou _');
export const metodoPagamento = z.enum(['CARTAO', 'PIX']);
export const statusPagamento = z.enum(['PENDENTE', 'APROVADO', 'CANCELADO']);
export const papel = z.enum(['CLIENTE', 'ADMIN', 'OPERADOR']);
/** Languages that the platform writes to people in. */
export const idioma = z.enum(['pt-BR', 'en']);
export const tipoNotificacao = z.enum([
  'PEDIDO_RECEBIDO',
  'PEDIDO_RECUSADO',
  'RESERVA_RETIDA',
  'RESERVA_APROVADA',
  'RESERVA_CONFIRMADA',
  'RESERVA_REMARCADA',
  'RESERVA_CANCELADA',
  'RESERVA_NAO_COMPARECEU',
  'RESERVA_EXPIRADA',
  'LEMBRETE_24H',
  'LEMBRETE_1H',
  'PAGAMENTO_RECEBIDO',
  'SALDO_A_VENCER',
  'REEMBOLSO_FEITO',
  'FILA_ATENDIDA',
  'COMO_FOI',
  'CONVITE_A_VOLTAR',
  'CONVITE_RECEBIDO',
  'CONVITE_MUDOU',
  'CONVITE_RETIRADO',
]);
/** What the house asks people's agreement for; what it tells them because of a booking or an account needs none. */
export const finalidadeDeConsentimento = z.enum(['NOVIDADES', 'PESQUISAS']);
export const canalNotificacao = z.enum(['EMAIL', 'SMS', 'PUSH']);
export const estadoNotificacao = z.enum(['AGUARDANDO_CONTATO', 'PENDENTE', 'ENVIADA', 'FALHOU', 'SUPERADA']);

/** Refund tiers: the first whose `horasAntes` (hours before the start) is still met gives the percentage. */
export const politicaCancelamento = z.array(
  z.object({ horasAntes: z.number().min(0), percentual: z.int().min(0).max(100) }),
);
/** A body that need not come; documents cannot see it in the schema alone. */
export const corpoOpcional = <T extends z.ZodType>(corpo: T) => corpo.optional().meta({ 'x-opcional': true });
/** Of operations whose path says it all: anything in the body would be a misunderstanding. */
export const semCorpo = corpoOpcional(z.strictObject({}));
/** A page of a list: its items and the opaque cursor of the next one. */
export const pagina = <T extends z.ZodType>(item: T) =>
  z.object({
    itens: z.array(item),
    proximo: z.string().nullable().describe('Cursor da página seguinte; null na última'),
  });
const UUID = '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-8][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}';
/** The keys by which lists are in order, as their cursors hold them: what fits a list's pattern is a place in it. */
const CHAVES = {
  id: UUID,
  versao: '[1-9]\\d{0,8}',
  diaEId: `${DIA}~${UUID}`,
  instanteEId: `${DIA}T${HORA_EXATA}Z~${UUID}`,
  instanteEWebhook: `${DIA}T${HORA_EXATA}Z~[\\w:.-]{1,200}`,
  nomeEId: `[A-Za-z0-9_-]{0,944}~${UUID}`,
};
/** The id that a place in a list ends with, as ids are written. */
export const comIdCanonico = (cursor: string): string =>
  cursor.replace(/(?<=^|~)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, (uuid) => uuid.toLowerCase());
/** Which page of a list that is in the order of these keys, in the query. */
export const paginacaoPor = (chaves: keyof typeof CHAVES) => ({
  cursor: z
    .string()
    .regex(new RegExp(`^${CHAVES[chaves]}$`), 'não é um cursor desta lista')
    .overwrite(comIdCanonico)
    .optional()
    .describe('O proximo da página anterior'),
  limite: inteiroDaQuery(1, 100).default(20).meta({ default: 20 }),
});
export const paginacao = paginacaoPor('id');
export const paginaHttp = z.strictObject(paginacao);

export type PaginaHttp = z.output<typeof paginaHttp>;

/** Where a letter can go (RFC 5321): at most 64 octets before the @, and 63 between dots. */
export const enderecoDeEmail = z
  .email()
  .max(254)
  .regex(/^[^@]{1,64}@(?:[^.@]{1,63}\.)+[A-Za-z]{2,63}$/, 'esperado um endereço de e-mail');
