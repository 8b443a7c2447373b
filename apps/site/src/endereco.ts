import { ehDia } from '@plataforma/kit';

/** What an address asks for after `?`: whatever somebody wrote there, only what can be meant is read. */
type Consulta = Readonly<Record<string, unknown>>;

export const TIPOS = ['SALA', 'MESA', 'QUADRA', 'AUDITORIO', 'ESTUDIO'] as const;

const texto = (valor: unknown, max = 100): string | undefined => {
  const dito = typeof valor === 'number' ? String(valor) : valor;
  return typeof dito === 'string' && dito.trim() !== '' ? dito.trim().slice(0, max) : undefined;
};
const inteiro = (valor: unknown, min: number, max: number): number | undefined => {
  const numero = typeof valor === 'string' ? Number(valor) : valor;
  return typeof numero === 'number' && Number.isInteger(numero) && numero >= min && numero <= max ? numero : undefined;
};
const dia = (valor: unknown): string | undefined => (typeof valor === 'string' && ehDia(valor) ? valor : undefined);
const hora = (valor: unknown): string | undefined =>
  typeof valor === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(valor) ? valor : undefined;
const instante = (valor: unknown): string | undefined =>
  typeof valor === 'string' &&
  /^\d{4}-\d\d-\d\dT[\d:.]{5,12}(Z|[+-]\d\d:\d\d)$/.test(valor) &&
  !Number.isNaN(Date.parse(valor))
    ? valor
    : undefined;

/** Without what is undefined, so that addresses stay short. */
const ditos = <T extends Record<string, unknown>>(valores: T) =>
  Object.fromEntries(Object.entries(valores).filter(([, valor]) => valor !== undefined)) as {
    [K in keyof T]?: NonNullable<T[K]> | undefined;
  };

const MAX_MINUTOS = 44_640;

/** The filters of a search. */
export const lerBusca = (consulta: Consulta) =>
  ditos({
    texto: texto(consulta['texto']),
    cidade: texto(consulta['cidade']),
    tipo: TIPOS.find((tipo) => tipo === consulta['tipo']),
    pessoas: inteiro(consulta['pessoas'], 1, 100_000),
    recursos:
      typeof consulta['recursos'] === 'string' && /^[a-z0-9-]+(,[a-z0-9-]+)*$/.test(consulta['recursos'])
        ? consulta['recursos']
        : undefined,
    preco: inteiro(consulta['preco'], 1, 999_999),
    dia: dia(consulta['dia']),
    hora: hora(consulta['hora']),
    minutos: inteiro(consulta['minutos'], 1, MAX_MINUTOS),
  });
export type Busca = ReturnType<typeof lerBusca>;

/** Something that comes again every week: from when, how long, how often, and what for. */
export const lerRecorrencia = (consulta: Consulta) =>
  ditos({
    dia: dia(consulta['dia']),
    hora: hora(consulta['hora']),
    minutos: inteiro(consulta['minutos'], 15, 1_440),
    vezes: inteiro(consulta['vezes'], 2, 52),
    cadaSemanas: inteiro(consulta['cadaSemanas'], 1, 4),
    cidade: texto(consulta['cidade']),
    tipo: TIPOS.find((tipo) => tipo === consulta['tipo']),
    pessoas: inteiro(consulta['pessoas'], 1, 100_000),
  });
export type Recorrencia = ReturnType<typeof lerRecorrencia>;

/** The day one looks at, how long one wants to stay, and the start that was chosen. */
export const lerPeriodo = (consulta: Consulta) =>
  ditos({
    dia: dia(consulta['dia']),
    minutos: inteiro(consulta['minutos'], 1, MAX_MINUTOS),
    inicio: instante(consulta['inicio']),
    pessoas: inteiro(consulta['pessoas'], 1, 100_000),
  });
export type Periodo = ReturnType<typeof lerPeriodo>;

/** An address without what Stripe adds to it on the way back: https://docs.stripe.com/payments/payment-intents */
export function semRastroDePagamento(search: string): string {
  const consulta = new URLSearchParams(search);
  const ditos = [...consulta.keys()].filter((nome) =>
    /^(payment|setup)_intent|^redirect_status$|^source_(type|redirect_slug)$/.test(nome),
  );
  if (ditos.length === 0) return search;
  for (const nome of ditos) consulta.delete(nome);
  return consulta.size === 0 ? '' : `?${consulta}`;
}

/** Where to go on after logging in: a page of this site, and never another's. */
export const lerVolta = (consulta: Consulta) => {
  const volta = texto(consulta['volta'], 2_000);
  return ditos({ volta: volta !== undefined && /^\/(?![/\\])/.test(volta) ? volta : undefined });
};
