import { conflito, horariosPossiveis, intervalosLivres, maximais, type Ocupacao, recortar } from './disponibilidade.js';
import { DuracaoForaDoPermitido, EspacoIndisponivel } from './errors.js';
import { type Espaco, iniciosPermitidos, podeTerminar, verificarPeriodo } from './espaco.js';
import {
  DIA_MS,
  DURACAO_MAXIMA_MINUTOS,
  HORA_MS,
  type Intervalo,
  MINUTO_MS,
  type PeriodoReserva,
} from './periodo-reserva.js';
import { fimDe } from './relogio.js';

/** A space within some window: when it is open, and what occupies each of its units. */
export interface Agenda {
  readonly espaco: Espaco;
  /** ms */
  readonly agora: number;
  /** The opening intervals that touch the window. */
  readonly abertos: readonly Intervalo[];
  readonly ocupados: readonly (readonly Ocupacao[])[];
}

/**
 * Whether the period could be booked now: the rules of the space, and room in one of its units or in all.
 * @throws the errors of verificarPeriodo, EspacoIndisponivel
 */
export function verificarAgenda({ espaco, agora, abertos, ocupados }: Agenda, periodo: PeriodoReserva): void {
  verificarPeriodo(espaco, periodo, agora, () => abertos);
  if (conflito(periodo, ocupados, espaco) !== null) throw new EspacoIndisponivel();
}

/** Free intervals within `janela`. */
export const livresNaAgenda = ({ espaco, abertos, ocupados }: Agenda, janela: Intervalo): Intervalo[] =>
  maximais(recortar(intervalosLivres(abertos, ocupados, espaco), janela));

/** What bookings are looked for: of how long, starting when, and how many of them at most. */
export interface Pergunta {
  /** Whole days last as many local days, however long these are. */
  readonly duracaoMinutos: number;
  readonly janela: Intervalo;
  readonly limite?: number;
}

/**
 * Bookings that start within `janela` and could be made, the earliest first; they may end after it, as far as the agenda
 * goes.
 * @throws DuracaoForaDoPermitido
 */
export const horariosNaAgenda = (
  agenda: Agenda,
  { duracaoMinutos, janela, limite = Infinity }: Pergunta,
): Intervalo[] => procuraNaAgenda(agenda, duracaoMinutos)(janela, limite);

/** There may be a booking for every minute: so much of the time before and after is looked at in one piece. */
const ANEL_MS = 6 * HORA_MS;

/**
 * The bookings that start within `janela`, in pieces that one may stop between: first those that start least before or
 * after `desejado` (ms), the nearest first, and of two as near the earlier.
 * @throws DuracaoForaDoPermitido
 */
export function* horariosProximos(
  agenda: Agenda,
  desejado: number,
  { duracaoMinutos, janela }: Pergunta,
): Generator<Intervalo[]> {
  const procurar = procuraNaAgenda(agenda, duracaoMinutos);
  const alcance = Math.max(desejado - janela.inicio, janela.fim - desejado);
  const distancia = ({ inicio }: Intervalo) => Math.abs(inicio - desejado);
  for (let perto = 0; perto <= alcance; perto += ANEL_MS) {
    const lados = [
      { inicio: desejado - perto - ANEL_MS + 1, fim: desejado - perto + (perto === 0 ? 0 : 1) },
      { inicio: desejado + perto, fim: desejado + perto + ANEL_MS },
    ];
    yield recortar(lados, janela)
      .flatMap((lado) => procurar(lado, Infinity))
      .sort((a, b) => distancia(a) - distancia(b));
  }
}

/** Answers which bookings start within a window; what that takes of the agenda is worked out once. */
function procuraNaAgenda(
  { espaco, agora, abertos, ocupados }: Agenda,
  duracaoMinutos: number,
): (janela: Intervalo, limite: number) => Intervalo[] {
  const { duracaoMinimaMinutos: minima, duracaoMaximaMinutos: maxima, unidadeDuracao, fuso, passoMinutos } = espaco;
  const servem = duracaoMinutos >= minima && duracaoMinutos <= Math.min(maxima, DURACAO_MAXIMA_MINUTOS);
  if (!servem || (unidadeDuracao === 'DIA' && (duracaoMinutos * MINUTO_MS) % DIA_MS !== 0))
    throw new DuracaoForaDoPermitido(minima, maxima, unidadeDuracao);
  const livres = intervalosLivres(abertos, ocupados, espaco);
  const permitidos = iniciosPermitidos(espaco, agora);
  const fimDoInicio =
    unidadeDuracao === 'DIA'
      ? fimDeDiarias(abertos, (duracaoMinutos * MINUTO_MS) / DIA_MS)
      : (inicio: number) => {
          const fim = fimDe(fuso, inicio, duracaoMinutos * MINUTO_MS);
          return podeTerminar(espaco, { inicio, fim }, abertos) ? fim : null;
        };
  return (janela, limite) =>
    horariosPossiveis(abertos, livres, {
      passoMinutos,
      fimDe: fimDoInicio,
      permitidos: {
        inicio: Math.max(permitidos.inicio, janela.inicio),
        fim: Math.min(permitidos.fim, janela.fim - 1),
      },
      limite,
    });
}

/** When so many openings end of which each goes on where the one before ends; null when there are not so many. */
function fimDeDiarias(abertos: readonly Intervalo[], dias: number): (inicio: number) => number | null {
  const indices = new Map(abertos.map(({ inicio }, i) => [inicio, i]));
  return (inicio) => {
    const primeira = indices.get(inicio) ?? abertos.length;
    const diarias = abertos.slice(primeira, primeira + dias);
    const seguidas = diarias.every(({ fim }, i) => i === dias - 1 || diarias[i + 1]?.inicio === fim);
    return diarias.length === dias && seguidas ? (diarias.at(-1)?.fim ?? null) : null;
  };
}
