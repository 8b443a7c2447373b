import { PlanilhaIlegivel } from './errors.js';

/** A line of a spreadsheet: what stands under each of its columns, without space around. */
export interface LinhaDaPlanilha {
  /** From 1, as programs show it; the names of the columns are line 1. */
  readonly linha: number;
  readonly campos: Readonly<Record<string, string>>;
}

/** What spreadsheets put before what would else be a formula (and what we put there): it is no part of what is said. */
const DESARMADO = /^'(?=[=+\-@\t\r])/;

/**
 * Reads CSV (RFC 4180) as programs write it: comma or semicolon, whichever the first line has, with or without a mark at
 * the beginning, lines ending in LF or CRLF. Empty lines are none.
 * @param conhecidas columns that may be there @param exigidas those that must be
 * @throws PlanilhaIlegivel
 */
export function lerPlanilha(
  texto: string,
  { conhecidas, exigidas, maximo }: { conhecidas: readonly string[]; exigidas: readonly string[]; maximo: number },
): LinhaDaPlanilha[] {
  const [cabecalho, ...resto] = registros(texto.replace(/^\uFEFF/, ''));
  if (!cabecalho) throw new PlanilhaIlegivel('O arquivo está vazio');
  const colunas = cabecalho.valores.map((nome) => nome.trim().toLowerCase());
  const estranha = colunas.find((nome) => !conhecidas.includes(nome));
  if (estranha !== undefined)
    throw new PlanilhaIlegivel(
      `A coluna "${estranha.slice(0, 40)}" não se conhece; as que se conhecem: ${conhecidas.join(', ')}`,
    );
  if (new Set(colunas).size < colunas.length) throw new PlanilhaIlegivel('Há uma coluna duas vezes');
  const falta = exigidas.find((nome) => !colunas.includes(nome));
  if (falta !== undefined) throw new PlanilhaIlegivel(`Falta a coluna "${falta}"`);
  if (resto.length > maximo) throw new PlanilhaIlegivel(`Mande no máximo ${maximo} linhas por arquivo`);
  return resto.map(({ linha, valores }) => {
    if (valores.length > colunas.length)
      throw new PlanilhaIlegivel(`A linha ${linha} tem mais valores do que colunas há`);
    const campos = colunas.map((nome, i): [string, string] => [nome, (valores[i] ?? '').trim().replace(DESARMADO, '')]);
    return { linha, campos: Object.fromEntries(campos) };
  });
}

interface Registro {
  readonly linha: number;
  readonly valores: readonly string[];
}

function registros(texto: string): Registro[] {
  const primeira = texto.slice(0, /\r?\n|$/.exec(texto)?.index);
  const separador = primeira.split(';').length > primeira.split(',').length ? ';' : ',';
  const todos: Registro[] = [];
  let [linha, comeco, valores, valor, entreAspas, at] = [1, 1, [] as string[], '', false, 0];
  const fechar = () => {
    valores.push(valor);
    if (valores.length > 1 || valor.trim() !== '') todos.push({ linha: comeco, valores });
    [valores, valor] = [[], ''];
  };
  for (; at < texto.length; at++) {
    const letra = texto.charAt(at);
    if (letra === '\n') linha++;
    if (entreAspas) {
      if (letra !== '"') valor += letra;
      else if (texto.charAt(at + 1) === '"') {
        valor += '"';
        at++;
      } else entreAspas = false;
    } else if (letra === '"' && valor === '') entreAspas = true;
    else if (letra === separador) {
      valores.push(valor);
      valor = '';
    } else if (letra === '\n') {
      fechar();
      comeco = linha;
    } else if (letra !== '\r' || texto.charAt(at + 1) !== '\n') valor += letra;
  }
  if (entreAspas) throw new PlanilhaIlegivel(`As aspas da linha ${comeco} não se fecham`);
  fechar();
  return todos;
}

/** Centavos of '90', '90,5' or '1.234,50'; undefined when it is no amount. */
export function centavosLidos(texto: string): number | undefined {
  const valor = /^\d{1,3}(\.\d{3})+(,\d{1,2})?$/.test(texto)
    ? texto.replaceAll('.', '').replace(',', '.')
    : texto.replace(',', '.');
  return /^\d{1,7}(\.\d{1,2})?$/.test(valor) ? Math.round(Number(valor) * 100) : undefined;
}

/**
 * What a wall clock shows, as the ms since 1970 of a clock that was never changed, of '2026-12-01 10:00' or
 * '01/12/2026 10:00'; undefined when it is no such time.
 */
export function relogioLido(texto: string): number | undefined {
  const iso = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2})(?::00)?$/.exec(texto);
  const brasileiro = /^(\d{2})\/(\d{2})\/(\d{4}) (\d{2}):(\d{2})(?::00)?$/.exec(texto);
  const [, a = '', b = '', c = '', hora = '', minuto = ''] = iso ?? brasileiro ?? [];
  if (hora === '') return undefined;
  const [ano, mes, dia] = iso ? [a, b, c] : [c, b, a];
  const lido = `${ano}-${mes}-${dia}T${hora}:${minuto}`;
  const ms = Date.parse(`${lido}Z`);
  // The 30th of February is no day, though some clocks would go on to March.
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(lido) ? ms : undefined;
}
