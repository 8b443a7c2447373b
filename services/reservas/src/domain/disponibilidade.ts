import { type Intervalo, MINUTO_MS } from './periodo-reserva.js';

/** Sorted, disjoint union of intervals; those that touch become one. */
export function unir(intervalos: readonly Intervalo[]): Intervalo[] {
  const unidos: { inicio: number; fim: number }[] = [];
  for (const { inicio, fim } of [...intervalos].sort((a, b) => a.inicio - b.inicio)) {
    const ultimo = unidos.at(-1);
    if (ultimo && inicio <= ultimo.fim) ultimo.fim = Math.max(ultimo.fim, fim);
    else if (inicio < fim) unidos.push({ inicio, fim });
  }
  return unidos;
}

/** What is left of `abertos` without `ocupados`. */
export function subtrair(abertos: readonly Intervalo[], ocupados: readonly Intervalo[]): Intervalo[] {
  const livres: Intervalo[] = [];
  const bloqueios = unir(ocupados);
  for (const aberto of unir(abertos)) {
    let cursor = aberto.inicio;
    for (const bloqueio of bloqueios) {
      if (bloqueio.fim <= cursor || bloqueio.inicio >= aberto.fim) continue;
      if (bloqueio.inicio > cursor) livres.push({ inicio: cursor, fim: bloqueio.inicio });
      cursor = Math.max(cursor, bloqueio.fim);
    }
    if (cursor < aberto.fim) livres.push({ inicio: cursor, fim: aberto.fim });
  }
  return livres;
}

/** The parts of the intervals that lie within `janela`. */
export const recortar = (intervalos: readonly Intervalo[], janela: Intervalo): Intervalo[] =>
  intervalos
    .map(({ inicio, fim }) => ({ inicio: Math.max(inicio, janela.inicio), fim: Math.min(fim, janela.fim) }))
    .filter(({ inicio, fim }) => inicio < fim);

export interface RegrasDeOcupacao {
  /** 'UMA': any one of the units serves (equal desks); 'TODAS': the space is all of them (a hall and its halves). */
  readonly ocupa: 'UMA' | 'TODAS';
  readonly folgaAntesMinutos: number;
  readonly folgaDepoisMinutos: number;
}

/**
 * When the space can be used, given its opening intervals and what occupies each of its units. Occupations hold their
 * own buffers; the buffers of the new booking are taken off here, so that a period inside a free interval fits.
 */
export function intervalosLivres(
  abertos: readonly Intervalo[],
  ocupadosPorUnidade: readonly (readonly Intervalo[])[],
  { ocupa, folgaAntesMinutos, folgaDepoisMinutos }: RegrasDeOcupacao,
): Intervalo[] {
  const comFolgas = ocupadosPorUnidade.map((ocupados) =>
    ocupados.map(({ inicio, fim }) => ({
      inicio: inicio - folgaDepoisMinutos * MINUTO_MS,
      fim: fim + folgaAntesMinutos * MINUTO_MS,
    })),
  );
  if (ocupa === 'TODAS') return subtrair(abertos, comFolgas.flat());
  // A period must fit into one unit, so free stretches of different units are listed side by side, not joined.
  const livres = comFolgas.flatMap((ocupados) => subtrair(abertos, ocupados));
  return maximais(livres);
}

/** Drops intervals that lie inside another. */
export function maximais(intervalos: readonly Intervalo[]): Intervalo[] {
  const ordenados = [...intervalos].sort((a, b) => a.inicio - b.inicio || b.fim - a.fim);
  const resultado: Intervalo[] = [];
  for (const intervalo of ordenados) {
    const ultimo = resultado.at(-1);
    if (!ultimo || intervalo.fim > ultimo.fim) resultado.push(intervalo);
  }
  return resultado;
}

/**
 * Starts, on the grid of `passoMinutos` that begins with each opening, from which `duracaoMinutos` fit into a free
 * interval; only starts within `permitidos`, both ends included.
 */
export function iniciosPossiveis(
  abertos: readonly Intervalo[],
  livres: readonly Intervalo[],
  duracaoMinutos: number,
  passoMinutos: number,
  permitidos: Intervalo,
): number[] {
  const inicios = new Set<number>();
  const [duracao, passo] = [duracaoMinutos * MINUTO_MS, passoMinutos * MINUTO_MS];
  for (const abertura of abertos)
    for (const livre of livres) {
      const de = Math.max(abertura.inicio, livre.inicio, permitidos.inicio);
      const primeiro = abertura.inicio + Math.ceil((de - abertura.inicio) / passo) * passo;
      const ultimo = Math.min(abertura.fim - 1, livre.fim - duracao, permitidos.fim);
      for (let inicio = primeiro; inicio <= ultimo; inicio += passo) inicios.add(inicio);
    }
  return [...inicios].sort((a, b) => a - b);
}

/** A stretch that is taken from a unit: `util` is what of it is really used, the rest are buffers. */
export interface Ocupacao extends Intervalo {
  readonly origem: 'RESERVA' | 'BLOQUEIO' | 'RETIRADA';
  readonly util: Intervalo;
}

/** What stands in the way of a period, from the slightest to the gravest: buffers alone, a blackout, a booking. */
const CONFLITOS = ['FOLGA', 'BLOQUEADO', 'RESERVADO'] as const;
export type Conflito = (typeof CONFLITOS)[number];

const seCruzam = (a: Intervalo, b: Intervalo): boolean => a.inicio < b.fim && b.inicio < a.fim;

/**
 * Why a booking of `periodo` would find no room, or null when it would: by the same overlap of ranges that the
 * database's constraint refuses. Of units any one of which serves, the slightest reason counts.
 */
export function conflito(
  periodo: Intervalo,
  ocupadosPorUnidade: readonly (readonly Ocupacao[])[],
  { ocupa, folgaAntesMinutos, folgaDepoisMinutos }: RegrasDeOcupacao,
): Conflito | null {
  const comFolgas = {
    inicio: periodo.inicio - folgaAntesMinutos * MINUTO_MS,
    fim: periodo.fim + folgaDepoisMinutos * MINUTO_MS,
  };
  const graus = ocupadosPorUnidade.map((ocupados) =>
    Math.max(-1, ...ocupados.filter((o) => seCruzam(o, comFolgas)).map((o) => CONFLITOS.indexOf(tipoDe(o, periodo)))),
  );
  const grau = ocupa === 'UMA' ? Math.min(...graus) : Math.max(...graus);
  return CONFLITOS[grau] ?? null;
}

function tipoDe({ origem, util }: Ocupacao, periodo: Intervalo): Conflito {
  if (!seCruzam(util, periodo)) return 'FOLGA';
  return origem === 'RESERVA' ? 'RESERVADO' : 'BLOQUEADO';
}
