import type { EspacoHttp, EspacosHttp } from '@plataforma/contracts';
import { agora, consultas, diaDe, diasDepois, instanteDe, minutosDepois } from '@plataforma/kit';
import { type InfiniteData, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from './api.js';
import type { Busca } from './endereco.js';

/** Whose clocks count until it is known whose do. */
export const FUSO_DA_CASA = 'America/Sao_Paulo';
export const POR_PAGINA = 12;

/** Every city, resource and zone that can be chosen among. */
export const catalogo = queryOptions({
  queryKey: ['catalogo'],
  queryFn: async () => (await api('GET /v1/espacos', { consulta: { limite: 100 } })).body.itens,
  staleTime: 300_000,
});

/** @param fuso of the city, on whose walls the day and hour are read */
export function consultaDaBusca(busca: Busca, fuso: string) {
  const { texto, cidade, tipo, pessoas, recursos, preco, minutos = 60 } = busca;
  return {
    texto,
    cidade,
    tipo,
    capacidade: pessoas,
    recursos,
    precoMaximoCentavos: preco === undefined ? undefined : preco * 100,
    ...periodoDaBusca(busca, fuso, minutos),
  };
}

function periodoDaBusca({ dia, hora }: Busca, fuso: string, minutos: number) {
  if (dia === undefined) return {};
  if (hora !== undefined) {
    const livreDe = instanteDe(dia, hora, fuso);
    return { livreDe, livreAte: minutosDepois(livreDe, minutos) };
  }
  // Of today only what is still to come; what starts then may end on the day after.
  const comeco = Math.max(Date.parse(instanteDe(dia, '00:00', fuso)), Math.ceil(agora() / 60_000) * 60_000);
  const livreDe = new Date(comeco).toISOString();
  const [fimDoDia, fimDoUso] = [instanteDe(diasDepois(dia, 1), '00:00', fuso), minutosDepois(livreDe, minutos)];
  return { livreDe, livreAte: fimDoDia > fimDoUso ? fimDoDia : fimDoUso, livreMinutos: minutos };
}

/** Whether what is looked for is over: then there is nothing to ask. */
export const buscaPassou = ({ dia, hora }: Busca, fuso: string): boolean =>
  dia !== undefined &&
  (dia < hojeEm(fuso) || (hora !== undefined && Date.parse(instanteDe(dia, hora, fuso)) <= agora()));

/** Cursors lead on from page to page. */
export const paginasDaBusca = (busca: Busca, fuso: string) => ({
  queryKey: ['busca', consultaDaBusca({ ...busca }, fuso)] as const,
  queryFn: async ({ pageParam }: { pageParam: string | undefined }) =>
    (
      await api('GET /v1/espacos', {
        consulta: { ...consultaDaBusca(busca, fuso), limite: POR_PAGINA, cursor: pageParam },
      })
    ).body,
  initialPageParam: undefined as string | undefined,
  getNextPageParam: ({ proximo }: { proximo: string | null }) => proximo ?? undefined,
  placeholderData: keepPreviousData,
});

export const umEspaco = (id: string) =>
  queryOptions({
    queryKey: ['espaco', id],
    queryFn: async () => (await api('GET /v1/espacos/:id', { parametros: { id } })).body,
    staleTime: 60_000,
    // Whoever comes from a search has it already.
    initialData: () =>
      consultas
        .getQueriesData<InfiniteData<EspacosHttp>>({ queryKey: ['busca'] })
        .flatMap(([, lido]) => lido?.pages.flatMap(({ itens }) => itens) ?? [])
        .find((espaco) => espaco.id === id),
  });

/** What is free from the beginning of a day on, for so many days. */
export const livresDe = ({ id, fuso }: Pick<EspacoHttp, 'id' | 'fuso'>, dia: string, dias: number, minutos: number) =>
  queryOptions({
    queryKey: ['livres', id, dia, dias, minutos],
    queryFn: async () =>
      (
        await api('GET /v1/espacos/:id/disponibilidade', {
          parametros: { id },
          consulta: {
            de: instanteDe(dia, '00:00', fuso),
            ate: instanteDe(diasDepois(dia, dias), '00:00', fuso),
            duracaoMinutos: minutos,
          },
        })
      ).body,
    staleTime: 15_000,
    placeholderData: keepPreviousData,
  });

export const hojeEm = (fuso: string): string => diaDe(agora(), fuso);

/** How long one stays if nobody says: an hour, within what the space allows. */
export const duracaoPadrao = (
  { duracaoMinimaMinutos: min, duracaoMaximaMinutos: max, passoMinutos: passo }: EspacoHttp,
  pedida?: number,
): number => {
  const querida = Math.min(Math.max(pedida ?? 60, min), max);
  return min + Math.round((querida - min) / passo) * passo > max
    ? min
    : min + Math.round((querida - min) / passo) * passo;
};

/** The lengths that can be chosen, each step from the shortest on; of very many, those of whole hours. */
export function duracoes({
  duracaoMinimaMinutos: min,
  duracaoMaximaMinutos: max,
  passoMinutos: passo,
}: EspacoHttp): number[] {
  const todas = Array.from({ length: Math.min(Math.floor((max - min) / passo) + 1, 1_000) }, (_, i) => min + i * passo);
  return todas.length <= 40 ? todas : todas.filter((minutos) => minutos <= 240 || minutos % 60 === 0).slice(0, 60);
}
