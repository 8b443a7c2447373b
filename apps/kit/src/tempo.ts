/**
 * Time as people read it, always in the zone of a place: an instant is what the API says (RFC 3339), a day is
 * `2026-12-01` and an hour `14:30` on that place's wall. Nothing here asks the browser for its own zone but `fusoDaqui`.
 */
import { agora } from './relogio.js';

const MINUTO = 60_000;

const formatos = new Map<string, Intl.DateTimeFormat>();
function formato(idioma: string, fuso: string, opcoes: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const chave = `${idioma} ${fuso} ${JSON.stringify(opcoes)}`;
  const feito = formatos.get(chave) ?? new Intl.DateTimeFormat(idioma, { ...opcoes, timeZone: fuso });
  formatos.set(chave, feito);
  return feito;
}

const NA_PAREDE = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
} as const;

function naParede(instante: string | number, fuso: string): { dia: string; hora: string } {
  const partes = Object.fromEntries(
    formato('en-CA', fuso, NA_PAREDE)
      .formatToParts(new Date(instante))
      .map(({ type, value }) => [type, value]),
  );
  return {
    dia: `${partes['year']}-${partes['month']}-${partes['day']}`,
    hora: `${partes['hour']}:${partes['minute']}`,
  };
}

/** The day that an instant belongs to there, `2026-12-01`. */
export const diaDe = (instante: string | number, fuso: string): string => naParede(instante, fuso).dia;

/** Its hour there, `14:30`: for programs, as 24 hours in every language. */
export const horaDe = (instante: string | number, fuso: string): string => naParede(instante, fuso).hora;

/** Minutes since midnight on the wall there. */
export function minutosDoDia(instante: string | number, fuso: string): number {
  const [hora = 0, minuto = 0] = horaDe(instante, fuso).split(':').map(Number);
  return hora * 60 + minuto;
}

const UTC = 'UTC';
/** A day some days after another, whatever clocks do meanwhile. */
export const diasDepois = (dia: string, dias: number): string =>
  new Date(Date.parse(`${dia}T00:00:00Z`) + dias * 24 * 60 * MINUTO).toISOString().slice(0, 10);

export const ehDia = (texto: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(texto) && new Date(`${texto}T00:00:00Z`).toJSON()?.slice(0, 10) === texto;

/**
 * When a wall there shows this day and hour, ms since 1970. An hour that the clock skips is read as if it did not, and of
 * one that comes twice it is the first (RFC 5545, 3.3.5).
 */
export function momentoDe(dia: string, hora: string, fuso: string): number {
  const escrito = Date.parse(`${dia}T${hora}:00Z`);
  const deslocamento = (momento: number): number => {
    const { dia: d, hora: h } = naParede(momento, fuso);
    return Date.parse(`${d}T${h}:00Z`) - Math.floor(momento / MINUTO) * MINUTO;
  };
  const DIA = 24 * 60 * MINUTO;
  const [antes, depois] = [deslocamento(escrito - DIA), deslocamento(escrito + DIA)];
  const certo = [escrito - antes, escrito - depois].find((momento) => momento + deslocamento(momento) === escrito);
  return certo ?? escrito - antes;
}

/** The same for the API. */
export const instanteDe = (dia: string, hora: string, fuso: string): string =>
  new Date(momentoDe(dia, hora, fuso)).toISOString();

export const minutosDepois = (instante: string, minutos: number): string =>
  new Date(Date.parse(instante) + minutos * MINUTO).toISOString();

export const minutosEntre = (inicio: string, fim: string): number => (Date.parse(fim) - Date.parse(inicio)) / MINUTO;

/** `07:30`, or `7:30 AM`. */
export const hora = (instante: string | number, fuso: string, idioma: string): string =>
  formato(idioma, fuso, { hour: idioma === 'en' ? 'numeric' : '2-digit', minute: '2-digit' }).format(
    new Date(instante),
  );

const anoDe = (instante: string | number, fuso: string): string => diaDe(instante, fuso).slice(0, 4);

/** With its year where that is not the one that goes without saying. */
function dataEm(
  largura: 'long' | 'short',
  instante: string | number,
  fuso: string,
  idioma: string,
  anoSabido = anoDe(agora(), fuso),
): string {
  return formato(idioma, fuso, {
    weekday: largura,
    day: 'numeric',
    month: largura,
    ...(anoDe(instante, fuso) !== anoSabido && { year: 'numeric' }),
  }).format(new Date(instante));
}

/** `quinta-feira, 3 de dezembro`, `sexta-feira, 10 de janeiro de 2025`. */
export const data = (instante: string | number, fuso: string, idioma: string): string =>
  dataEm('long', instante, fuso, idioma);

/** `qui., 3 de dez.`, `sex., 10 de jan. de 2025`. */
export const dataCurta = (instante: string | number, fuso: string, idioma: string): string =>
  dataEm('short', instante, fuso, idioma);

/** A day on its own, said as a date of the calendar. */
export const dataDoDia = (dia: string, idioma: string): string => data(`${dia}T12:00:00Z`, UTC, idioma);
export const dataCurtaDoDia = (dia: string, idioma: string): string => dataCurta(`${dia}T12:00:00Z`, UTC, idioma);

/** `quinta-feira, 3 de dezembro, 14:00–15:30`; the day of its end too where that is another. */
export function periodo(inicio: string, fim: string, fuso: string, idioma: string): string {
  const outroDia = diaDe(inicio, fuso) !== diaDe(fim, fuso);
  const ate = outroDia
    ? `${dataEm('short', fim, fuso, idioma, anoDe(inicio, fuso))}, ${hora(fim, fuso, idioma)}`
    : hora(fim, fuso, idioma);
  return `${data(inicio, fuso, idioma)}, ${hora(inicio, fuso, idioma)}–${ate}`;
}

/** `1 h 30 min`; whole days where it is some. */
export function duracao(minutos: number, idioma: string): string {
  const partes = minutos % 1_440 === 0 ? [[minutos / 1_440, 'day']] : [];
  if (partes.length === 0) partes.push([Math.floor(minutos / 60), 'hour'], [minutos % 60, 'minute']);
  return partes
    .filter(([quanto]) => quanto !== 0)
    .map(([quanto, unit]) =>
      new Intl.NumberFormat(idioma, {
        style: 'unit',
        unit: String(unit),
        unitDisplay: unit === 'day' ? 'long' : 'short',
      }).format(Number(quanto)),
    )
    .join(' ');
}

/** `07:04` of a countdown. @param ms never negative in what it says */
export function contagem(ms: number): string {
  const segundos = Math.max(0, Math.ceil(ms / 1_000));
  return `${String(Math.floor(segundos / 60)).padStart(2, '0')}:${String(segundos % 60).padStart(2, '0')}`;
}

export const fusoDaqui = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Whether walls there and here show the same at that moment. */
export const mesmaHora = (instante: string | number, um: string, outro: string): boolean =>
  JSON.stringify(naParede(instante, um)) === JSON.stringify(naParede(instante, outro));

/** `São Paulo` of `America/Sao_Paulo`, in the words of the language. */
export const nomeDoFuso = (fuso: string, idioma: string): string =>
  formato(idioma, fuso, { timeZoneName: 'longGeneric' })
    .formatToParts(new Date())
    .find(({ type }) => type === 'timeZoneName')?.value ?? fuso;
