import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { Idioma } from '../domain/usuario.js';

/** One file of the archive, and where its text comes from: a JSON list, a row per line, in pieces of whole rows. */
export interface ArquivoDaExportacao {
  readonly servico: string;
  readonly arquivo: string;
  readonly linhas: number;
  readonly titulo: string;
  readonly tituloEn: string;
  readonly pedacos: () => AsyncIterable<string>;
}

/** The deflater is fed so much at a time: more would be a copy of it all. */
const BUFFER_BYTES = 65_536;
/** So many rows of each file are shown to who reads; the file has them all. */
const LINHAS_MOSTRADAS = 50;
const CARACTERES_MOSTRADOS = 200;

const PALAVRAS = {
  'pt-BR': {
    titulo: 'Os seus dados',
    sobre: (quando: string) =>
      `Tudo o que a Plataforma de Reservas de Espaços tinha de você em ${quando}, por serviço. O mesmo, para programas, está nos arquivos .json ao lado.`,
    nada: 'Nada.',
    linhas: (n: number) => (n === 1 ? '1 linha' : `${n} linhas`),
    demais: (n: number, arquivo: string) => `Mais ${n} em ${arquivo}.`,
  },
  en: {
    titulo: 'Your data',
    sobre: (quando: string) =>
      `All that Plataforma de Reservas de Espaços had of you on ${quando}, by service. The same, for programs, is in the .json files beside this.`,
    nada: 'Nothing.',
    linhas: (n: number) => (n === 1 ? '1 row' : `${n} rows`),
    demais: (n: number, arquivo: string) => `${n} more in ${arquivo}.`,
  },
} as const;

const escape = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const nameOf = ({ servico, arquivo }: Pick<ArquivoDaExportacao, 'servico' | 'arquivo'>) => `${servico}/${arquivo}.json`;

/**
 * A ZIP of all files and of a page that a person can read, made while it is read: nothing of it is ever there whole, and
 * who reads slowly makes it slowly.
 */
export function zipDaExportacao(arquivos: readonly ArquivoDaExportacao[], idioma: Idioma, pedidoEm: Date): Readable {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  let source: Readable | undefined;
  // Whoever stops reading ends what is behind it as well.
  output.once('close', () => source?.destroy());
  zip.on('error', (error: Error) => output.destroy(error));
  const add = (name: string, text: () => AsyncIterable<string>) =>
    zip.addReadStreamLazy(name, { mtime: pedidoEm }, (hand) => {
      source = Readable.from(inBuffers(text()), { objectMode: false });
      hand(null, source);
    });
  add(idioma === 'en' ? 'summary.html' : 'resumo.html', () => resumo(arquivos, idioma, pedidoEm));
  for (const arquivo of arquivos) add(nameOf(arquivo), arquivo.pedacos);
  zip.end();
  return output;
}

async function* inBuffers(text: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const piece of text) {
    const bytes = Buffer.from(piece);
    for (let at = 0; at < bytes.length; at += BUFFER_BYTES) yield bytes.subarray(at, at + BUFFER_BYTES);
  }
}

async function* resumo(
  arquivos: readonly ArquivoDaExportacao[],
  idioma: Idioma,
  pedidoEm: Date,
): AsyncGenerator<string> {
  const palavras = PALAVRAS[idioma];
  const quando = new Intl.DateTimeFormat(idioma, { dateStyle: 'long', timeStyle: 'long', timeZone: 'UTC' });
  yield `<!doctype html>
<html lang="${idioma}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${palavras.titulo}</title>
<style>body{font:16px/1.5 sans-serif;margin:24px;color:#1c1c1c;background:#fff}div{overflow-x:auto}table{border-collapse:collapse;font-size:14px}th,td{border:1px solid #ccc;padding:4px 8px;text-align:left;vertical-align:top}</style>
</head><body><h1>${palavras.titulo}</h1><p>${palavras.sobre(quando.format(pedidoEm))}</p>
`;
  for (const arquivo of arquivos) {
    const titulo = escape(idioma === 'en' ? arquivo.tituloEn : arquivo.titulo);
    yield `<h2>${titulo}</h2><p>${arquivo.linhas === 0 ? palavras.nada : palavras.linhas(arquivo.linhas)} (${escape(nameOf(arquivo))})</p>\n`;
    if (arquivo.linhas > 0) yield* tabela(arquivo);
    const demais = arquivo.linhas - LINHAS_MOSTRADAS;
    if (demais > 0) yield `<p>${escape(palavras.demais(demais, nameOf(arquivo)))}</p>\n`;
  }
  yield '</body></html>\n';
}

async function* tabela(arquivo: ArquivoDaExportacao): AsyncGenerator<string> {
  let colunas: string[] | undefined;
  for await (const linha of primeiras(arquivo)) {
    if (!colunas) {
      colunas = Object.keys(linha);
      yield `<div><table><tr>${colunas.map((coluna) => `<th>${escape(coluna)}</th>`).join('')}</tr>\n`;
    }
    yield `<tr>${colunas.map((coluna) => `<td>${celula(linha[coluna])}</td>`).join('')}</tr>\n`;
  }
  if (colunas) yield '</table></div>\n';
}

function celula(value: unknown): string {
  const text = value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return escape(text.length > CARACTERES_MOSTRADOS ? `${text.slice(0, CARACTERES_MOSTRADOS)}…` : text);
}

async function* primeiras({ pedacos }: ArquivoDaExportacao): AsyncGenerator<Record<string, unknown>> {
  let mostradas = 0;
  for await (const pedaco of pedacos())
    // A row has no line break of its own.
    for (const line of pedaco.split('\n')) {
      if (!line.startsWith('{')) continue;
      yield JSON.parse(line.replace(/,$/, '')) as Record<string, unknown>;
      if (++mostradas >= LINHAS_MOSTRADAS) return;
    }
}
