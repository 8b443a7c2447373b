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
function maximais(intervalos: readonly Intervalo[]): Intervalo[] {
  const ordenados = [...intervalos].sort((a, b) => a.inicio - b.inicio || b.fim - a.fim);
  const resultado: Intervalo[] = [];
  for (const intervalo of ordenados) {
    const ultimo = resultado.at(-1);
    if (!ultimo || intervalo.fim > ultimo.fim) resultado.push(intervalo);
  }
  return resultado;
}

/** Starts, on the grid of `passoMinutos` from each opening, from which `duracaoMinutos` fit into a free interval. */
export function iniciosPossiveis(
  abertos: readonly Intervalo[],
  livres: readonly Intervalo[],
  duracaoMinutos: number,
  passoMinutos: number,
  agora: number,
): number[] {
  const inicios: number[] = [];
  const [duracao, passo] = [duracaoMinutos * MINUTO_MS, passoMinutos * MINUTO_MS];
  for (const abertura of unir(abertos))
    for (let inicio = abertura.inicio; inicio + duracao <= abertura.fim; inicio += passo)
      if (inicio >= agora && livres.some((livre) => livre.inicio <= inicio && inicio + duracao <= livre.fim))
        inicios.push(inicio);
  return inicios;
}
