import type { ReservaHttp } from '@plataforma/contracts';

const utc = (instante: string): string => new Date(instante).toISOString().replace(/[-:]|\.\d{3}/g, '');
/** RFC 5545, 3.3.11. */
const texto = (dito: string): string => dito.replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n');

/** A line of at most 75 octets, the rest on the next after a space, no letter cut in two (RFC 5545, 3.1). */
export function dobrar(linha: string): string {
  const partes: string[] = [];
  let parte = '';
  for (const letra of linha) {
    if (new TextEncoder().encode(parte + letra).length > (partes.length === 0 ? 75 : 74)) {
      partes.push(parte);
      parte = '';
    }
    parte += letra;
  }
  return [...partes, parte].join('\r\n ');
}

/** A booking as calendars of devices take it up. */
export const icsDe = ({ id, inicio, fim, espaco, criadaEm, versao }: ReservaHttp, url: string): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Plataforma de Reservas//site//PT',
    'BEGIN:VEVENT',
    `UID:${id}`,
    `SEQUENCE:${versao}`,
    `DTSTAMP:${utc(criadaEm)}`,
    `DTSTART:${utc(inicio)}`,
    `DTEND:${utc(fim)}`,
    `SUMMARY:${texto(espaco.nome)}`,
    `LOCATION:${texto(`${espaco.endereco}, ${espaco.cidade}`)}`,
    `URL:${url}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ]
    .map(dobrar)
    .join('\r\n');

/** Hands a file to whoever asked for it, as if it had been downloaded. */
export function entregar(conteudo: Blob, nome: string): void {
  const url = URL.createObjectURL(conteudo);
  const elo = document.createElement('a');
  elo.href = url;
  elo.download = nome;
  elo.click();
  URL.revokeObjectURL(url);
}
