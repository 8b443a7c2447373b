import { Temporal } from 'temporal-polyfill';
import { recortar } from './disponibilidade.js';
import type { Espaco } from './espaco.js';
import type { FatiaDoRelogio } from './orcamento.js';
import { type Intervalo, MINUTO_MS } from './periodo-reserva.js';

/** What was taken away of so many units. */
export interface Bloqueado extends Intervalo {
  readonly unidades: number;
}

/** What is known of a slice of a local day. */
export interface Fatiada {
  /** The opening time of its day. */
  readonly abertos: readonly Intervalo[];
  readonly bloqueios: readonly Bloqueado[];
  /** Minutes, times units, that were used. */
  readonly usados: number;
}

/** Of a stretch of time: how long a space could be used, and was. */
export interface Ocupacao {
  readonly minutosAbertos: number;
  readonly minutosOcupados: number;
}

export interface OcupacaoDaHora extends Ocupacao {
  /** 'YYYY-MM-DD' */
  readonly data: string;
  /** 0 when the day was not cut into hours. */
  readonly hora: number;
}

export const NENHUMA_OCUPACAO: Ocupacao = { minutosAbertos: 0, minutosOcupados: 0 };

export const somar = (uma: Ocupacao, outra: Ocupacao): Ocupacao => ({
  minutosAbertos: uma.minutosAbertos + outra.minutosAbertos,
  minutosOcupados: uma.minutosOcupados + outra.minutosOcupados,
});

/** From 0 to 1 and beyond (what was booked before it was blocked was used all the same); null where nothing was open. */
export const taxaDeOcupacao = ({ minutosAbertos, minutosOcupados }: Ocupacao): number | null =>
  minutosAbertos > 0 ? minutosOcupados / minutosAbertos : null;

/** The instants at which the local days start, and the end of the last. A day that a zone skipped (Apia) is empty. */
export function limitesDosDias(fuso: string, { de, ate }: { readonly de: string; readonly ate: string }): string[] {
  const primeiro = Temporal.PlainDate.from(de);
  return Array.from({ length: primeiro.until(ate).days + 2 }, (_, dias) =>
    primeiro.add({ days: dias }).toZonedDateTime(fuso).toInstant().toString(),
  );
}

const minutosEm = (intervalos: readonly Intervalo[], janela: Intervalo): number =>
  recortar(intervalos, janela).reduce((soma, { inicio, fim }) => soma + (fim - inicio) / MINUTO_MS, 0);

/** Adds what a slice comes to to the row of its hour, or of its day: the hours that come twice are one. */
export function acrescentarFatia(
  linhas: Map<string, OcupacaoDaHora>,
  { unidades, ocupa }: Pick<Espaco, 'unidades' | 'ocupa'>,
  { inicio, duracaoMs, relogio: { data, hora: horario } }: FatiaDoRelogio,
  { abertos, bloqueios, usados }: Fatiada,
  porHora: boolean,
): void {
  const quantas = unidades.length;
  // All units are one when they are only used together.
  const iguais = ocupa === 'TODAS' ? 1 : quantas;
  const janela = { inicio, fim: inicio + duracaoMs };
  const doRelogio = recortar(abertos, janela);
  const bloqueados = bloqueios.reduce((soma, bloqueio) => soma + minutosEm(doRelogio, bloqueio) * bloqueio.unidades, 0);
  const hora = porHora ? Number(horario.slice(0, 2)) : 0;
  const chave = `${data} ${hora}`;
  const daFatia = {
    minutosAbertos: ((minutosEm(doRelogio, janela) * quantas - bloqueados) * iguais) / quantas,
    minutosOcupados: (usados * iguais) / quantas,
  };
  linhas.set(chave, { data, hora, ...somar(linhas.get(chave) ?? NENHUMA_OCUPACAO, daFatia) });
}
