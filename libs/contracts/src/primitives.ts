import { z } from 'zod';

z.config(z.locales.pt());

/** Identifier: UUID in canonical form (we generate version 7, RFC 9562). */
export const id = z.uuid();
/** Instant with an explicit offset (RFC 3339); a local time without one is refused. */
export const instante = z.iso.datetime({
  offset: true,
  error: 'esperado instante RFC 3339 com deslocamento, por exemplo 2026-12-01T10:00:00-03:00',
});
/** The most that one charge may be, centavos: R$ 999.999,99 (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). */
export const MAXIMO_CENTAVOS = 99_999_999;
/** Amount of money in centavos, never negative, that can be charged at once. */
export const centavos = z.int().min(0).max(MAXIMO_CENTAVOS);
/** A sum of such amounts. */
export const somaCentavos = z.int().min(0);
/** ISO 4217 code; the platform charges in reais. */
export const moeda = z.literal('BRL');

/** Most of what is ever asked about; to ask of a zone by making a format is slow, and every message has zones. */
const USUAIS = new Set(Intl.supportedValuesOf('timeZone'));

/** Accepts aliases too (Asia/Katmandu and Asia/Kathmandu are one zone), but no bare offsets. */
function isZone(nome: string): boolean {
  if (USUAIS.has(nome)) return true;
  try {
    return /^[A-Za-z]/.test(nome) && Intl.DateTimeFormat('en', { timeZone: nome }) !== undefined;
  } catch {
    return false;
  }
}
/** IANA time zone identifier. */
export const fuso = z.string().refine(isZone, 'esperado fuso da base IANA, por exemplo America/Sao_Paulo');

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
/** Code of a coupon as people write it; upper and lower case are the same. */
export const codigoDeCupom = z
  .string()
  .regex(/^[A-Za-z0-9_-]{3,40}$/, 'esperadas de 3 a 40 letras sem acento, algarismos, - ou _');
export const metodoPagamento = z.enum(['CARTAO', 'PIX']);
export const statusPagamento = z.enum(['PENDENTE', 'APROVADO', 'CANCELADO']);
export const papel = z.enum(['CLIENTE', 'ADMIN', 'OPERADOR']);
/** Languages that the platform writes to people in. */
export const idioma = z.enum(['pt-BR', 'en']);
export const tipoNotificacao = z.enum([
  'RESERVA_APROVADA',
  'RESERVA_CONFIRMADA',
  'RESERVA_REMARCADA',
  'RESERVA_CANCELADA',
  'RESERVA_NAO_COMPARECEU',
  'FILA_ATENDIDA',
]);
export const canalNotificacao = z.enum(['EMAIL', 'SMS', 'PUSH']);
export const estadoNotificacao = z.enum(['AGUARDANDO_CONTATO', 'PENDENTE', 'ENVIADA', 'FALHOU', 'SUPERADA']);

/** Refund tiers: the first whose `horasAntes` (hours before the start) is still met gives the percentage. */
export const politicaCancelamento = z.array(
  z.object({ horasAntes: z.number().min(0), percentual: z.int().min(0).max(100) }),
);
/** A page of a list: its items and the opaque cursor of the next one. */
export const pagina = <T extends z.ZodType>(item: T) =>
  z.object({
    itens: z.array(item),
    proximo: z.string().nullable().describe('Cursor da página seguinte; null na última'),
  });
/** Which page of a list, in the query. */
export const paginacao = {
  cursor: z.string().max(500).optional(),
  limite: z.coerce.number().int().min(1).max(100).default(20),
};
export const paginaHttp = z.strictObject(paginacao);

export type PaginaHttp = z.output<typeof paginaHttp>;
