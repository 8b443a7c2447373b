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
  let proximo = 0;
  for (const aberto of unir(abertos)) {
    let cursor = aberto.inicio;
    for (; proximo < bloqueios.length; proximo++) {
      const { inicio, fim } = bloqueios[proximo] ?? aberto;
      if (inicio >= aberto.fim) break;
      if (inicio > cursor) livres.push({ inicio: cursor, fim: inicio });
      cursor = Math.max(cursor, fim);
      // It may reach into the next opening.
      if (fim > aberto.fim) break;
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
  // A period must fit into one unit, so free stretches of different units are listed side by side, not joined. Where one
  // is free throughout an opening, what the others have there lies inside that.
  const unidos = unir(abertos);
  const parciais = unidos.map((): Intervalo[][] => []);
  const ocupadas = unidos.map(() => 0);
  for (const ocupados of comFolgas) porAbertura(unidos, unir(ocupados), parciais, ocupadas);
  const livres = unidos.flatMap((aberto, i) =>
    (ocupadas[i] ?? 0) < comFolgas.length
      ? [aberto]
      : (parciais[i] ?? []).flatMap((ocupados) => subtrair([aberto], ocupados)),
  );
  return maximais(livres);
}

/** Counts a unit where it is occupied, and lists by what where that leaves something of the opening. All are sorted. */
function porAbertura(
  abertos: readonly Intervalo[],
  ocupados: readonly Intervalo[],
  parciais: Intervalo[][][],
  ocupadas: number[],
): void {
  let primeiro = 0;
  let ultima = -1;
  for (const ocupado of ocupados) {
    while ((abertos[primeiro]?.fim ?? Infinity) <= ocupado.inicio) primeiro++;
    for (let i = primeiro; i < abertos.length; i++) {
      const aberto = abertos[i] ?? ocupado;
      if (aberto.inicio >= ocupado.fim) break;
      if (i > ultima) ocupadas[i] = (ocupadas[i] ?? 0) + 1;
      if (ocupado.inicio > aberto.inicio || ocupado.fim < aberto.fim) {
        if (i > ultima) parciais[i]?.push([]);
        parciais[i]?.at(-1)?.push(ocupado);
      }
      ultima = Math.max(ultima, i);
    }
  }
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

/** What bookings are looked for. */
export interface Procura {
  readonly passoMinutos: number;
  /** When a booking that starts then ends (ms); null when none may start then. */
  readonly fimDe: (inicio: number) => number | null;
  /** Both ends included. */
  readonly permitidos: Intervalo;
  /** How many are wanted. */
  readonly limite: number;
}

/**
 * The first bookings that fit into a free interval, of those that start on the grid of `passoMinutos` that begins with
 * each opening. `abertos` and `livres` are sorted, and of `livres` none lies inside another.
 */
export function horariosPossiveis(
  abertos: readonly Intervalo[],
  livres: readonly Intervalo[],
  { passoMinutos, fimDe, permitidos, limite }: Procura,
): Intervalo[] {
  const achados = new Map<number, Intervalo>();
  const passo = passoMinutos * MINUTO_MS;
  let ultimo = -Infinity;
  let primeiroLivre = 0;
  for (const abertura of abertos) {
    // Openings may overlap: what comes later in one may come before what was found in another.
    if (achados.size >= limite && abertura.inicio > ultimo) break;
    while ((livres[primeiroLivre]?.fim ?? Infinity) <= abertura.inicio) primeiroLivre++;
    let de = Math.max(abertura.inicio, permitidos.inicio);
    const ate = Math.min(abertura.fim - 1, permitidos.fim);
    for (let i = primeiroLivre; de <= ate && i < livres.length; i++) {
      const livre = livres[i] ?? abertura;
      if (livre.inicio > ate) break;
      de = Math.max(de, livre.inicio);
      let inicio = abertura.inicio + Math.ceil((de - abertura.inicio) / passo) * passo;
      for (; inicio <= ate && inicio < livre.fim; inicio += passo) {
        const fim = fimDe(inicio);
        // What begins later ends later: the next free interval is tried from here on.
        if (fim !== null && fim > livre.fim) break;
        if (fim === null) continue;
        achados.set(inicio, { inicio, fim });
        ultimo = Math.max(ultimo, inicio);
      }
      de = inicio;
    }
  }
  return [...achados.values()].sort((a, b) => a.inicio - b.inicio).slice(0, limite);
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
