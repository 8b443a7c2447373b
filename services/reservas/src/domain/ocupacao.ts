import { Temporal } from 'temporal-polyfill';
import { recortar } from './disponibilidade.js';
import type { Espaco } from './espaco.js';
import { fatiasDoRelogio } from './orcamento.js';
import { type Intervalo, MINUTO_MS } from './periodo-reserva.js';

/** A booking within a space's range, with how many units of that space it takes. */
export interface Uso extends Intervalo {
  readonly unidades: number;
}

/** What is known of a local day: the opening time, who used it, and what was taken away of each unit. */
export interface Dia {
  readonly abertos: readonly Intervalo[];
  readonly usos: readonly Uso[];
  readonly bloqueios: readonly Intervalo[];
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

/** One local day, slice by slice as `horas` ('HH:MM') cut it; the hours that come twice are one. */
export function ocupacaoDoDia(
  espaco: Pick<Espaco, 'unidades' | 'ocupa' | 'fuso'>,
  dia: Intervalo,
  { abertos, usos, bloqueios }: Dia,
  horas: readonly string[],
): OcupacaoDaHora[] {
  const quantas = espaco.unidades.length;
  // All units are one when they are only used together.
  const iguais = espaco.ocupa === 'TODAS' ? 1 : quantas;
  const tocaODia = ({ inicio, fim }: Intervalo) => inicio < dia.fim && fim > dia.inicio;
  const doDia = usos.filter(tocaODia);
  const fechados = bloqueios.filter(tocaODia);
  const linhas = new Map<string, OcupacaoDaHora>();
  for (const { inicio, duracaoMs, relogio } of fatiasDoRelogio(horas, espaco.fuso, dia)) {
    const janela = { inicio, fim: inicio + duracaoMs };
    const hora = horas.length > 0 ? Number(relogio.hora.slice(0, 2)) : 0;
    const ocupados = doDia.reduce((soma, uso) => soma + minutosEm([uso], janela) * uso.unidades, 0);
    const doRelogio = recortar(abertos, janela);
    const bloqueados = fechados.reduce((soma, bloqueio) => soma + minutosEm(doRelogio, bloqueio), 0);
    const abertosDeTodas = minutosEm(doRelogio, janela) * quantas - bloqueados;
    const chave = `${relogio.data} ${hora}`;
    const daFatia = {
      minutosAbertos: (abertosDeTodas * iguais) / quantas,
      minutosOcupados: (ocupados * iguais) / quantas,
    };
    linhas.set(chave, { data: relogio.data, hora, ...somar(linhas.get(chave) ?? NENHUMA_OCUPACAO, daFatia) });
  }
  return [...linhas.values()];
}
