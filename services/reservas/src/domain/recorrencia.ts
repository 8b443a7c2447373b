import { AlemDoHorizonte, OcorrenciasDemais, RegraDeRecorrenciaInvalida } from './errors.js';
import { DIA_MS, HORIZONTE_MAXIMO_DIAS, type Intervalo, MINUTO_MS } from './periodo-reserva.js';
import { dataDe, diaDaSemana, diaDe, paredeDe, periodoDe } from './relogio.js';

export const MAX_OCORRENCIAS = 104;
/** Starts that a rule gives one day. With the days within the horizon it bounds what is looked at for a rule. */
export const MAX_INICIOS_POR_DIA = 24;

const FREQUENCIAS = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const;
const SEMANA = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** Days of the week; with an ordinal, the nth of its month or year, or the nth before the end. */
interface DiaDaRegra {
  readonly diaSemana: number;
  readonly ordinal: number | null;
}

/** A rule of recurrence as a series of bookings can mean it (RFC 5545, 3.3.10; SKIP by RFC 7529). */
export interface Regra {
  readonly frequencia: (typeof FREQUENCIAS)[number];
  readonly intervalo: number;
  readonly contagem: number | null;
  /** A local day that counts whole, or an instant (ms). */
  readonly ate: { readonly dia: number } | { readonly instante: number } | null;
  readonly meses: readonly number[];
  readonly diasDoMes: readonly number[];
  readonly dias: readonly DiaDaRegra[];
  readonly horas: readonly number[];
  readonly minutos: readonly number[];
  readonly posicoes: readonly number[];
  /** 1 = Monday … 7 = Sunday. */
  readonly comecoDaSemana: number;
  /** A day that a month does not have is its last day, instead of none. */
  readonly recua: boolean;
}

const invalida = (porque: string, parte?: string) => new RegraDeRecorrenciaInvalida(porque, parte);

function inteiro(parte: string, texto: string, min: number, max: number): number {
  const numero = /^\d{1,5}$/.test(texto) ? Number(texto) : NaN;
  if (!(numero >= min && numero <= max)) throw invalida(`${parte} pede números de ${min} a ${max}`, parte);
  return numero;
}

/** Counted from the beginning, or from the end when negative; never 0. */
function comSinal(parte: string, texto: string, max: number): number {
  const [, sinal, numero = ''] = /^([+-]?)(.*)$/.exec(texto) ?? [];
  return inteiro(parte, numero, 1, max) * (sinal === '-' ? -1 : 1);
}

function diaDaRegra(texto: string): DiaDaRegra {
  const [, ordinal, dia = ''] = /^([+-]?\d+)?(MO|TU|WE|TH|FR|SA|SU)$/.exec(texto) ?? [];
  if (dia === '') throw invalida('BYDAY pede MO, TU, WE, TH, FR, SA ou SU, cada um com um ordinal ou sem', 'BYDAY');
  return {
    diaSemana: SEMANA.indexOf(dia) + 1,
    ordinal: ordinal === undefined ? null : comSinal('BYDAY', ordinal, 53),
  };
}

function ateQuando(texto: string): NonNullable<Regra['ate']> {
  const [, ano, mes, dia, hora, minuto, segundo] = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z)?$/.exec(texto) ?? [];
  const data = `${ano}-${mes}-${dia}`;
  const escrito = `${data}T${hora ?? '00'}:${minuto ?? '00'}:${segundo ?? '00'}.000Z`;
  const instante = Date.parse(escrito);
  // Also what a calendar does not have: 30 February would be read as 2 March.
  if (Number.isNaN(instante) || new Date(instante).toISOString() !== escrito)
    throw invalida('UNTIL é uma data (20261231), que vale inteira, ou um instante em UTC (20261231T235959Z)', 'UNTIL');
  return hora === undefined ? { dia: diaDe(instante) } : { instante };
}

const NAO_SERVEM: Readonly<Record<string, string>> = {
  BYSECOND: 'reservas começam em minutos inteiros',
  BYYEARDAY: 'diga o dia por BYMONTH e BYMONTHDAY',
  BYWEEKNO: 'diga a semana por BYMONTH e BYDAY',
  EXDATE: 'não é parte da regra: diga as datas em excecoes',
  RDATE: 'não é parte da regra: reserve essas datas à parte',
  DTSTART: 'não é parte da regra: a primeira ocorrência começa em inicio',
};

const PARTES = new Set(
  'FREQ INTERVAL COUNT UNTIL BYMONTH BYMONTHDAY BYDAY BYHOUR BYMINUTE BYSETPOS WKST RSCALE SKIP'.split(' '),
);

/** Its parts by name, each once and none without a value. One without a name is told by its place. */
function partesDe(texto: string): Map<string, string> {
  const partes = new Map<string, string>();
  const escritas = texto.replace(/^RRULE:/i, '').split(';');
  for (const [indice, crua] of escritas.entries()) {
    const qual = /^([A-Za-z-]{1,20})(?:=|$)/.exec(crua)?.[1]?.toUpperCase() ?? `${indice + 1}ª`;
    // Before letters that only become others in upper case.
    if (!/^[ -~]*$/.test(crua)) throw invalida('há caracteres que uma RRULE não tem', qual);
    if (crua === '') throw invalida(`a ${qual} parte está vazia`, qual);
    const [, nome, valor] = /^([A-Z-]{1,20})=([A-Z0-9,+-]+)$/.exec(crua.toUpperCase()) ?? [];
    if (nome === undefined || valor === undefined)
      throw invalida('ela é feita de partes NOME=VALOR, separadas por ponto e vírgula', qual);
    const porque = NAO_SERVEM[nome];
    if (porque !== undefined) throw invalida(`${nome} não se aceita: ${porque}`, nome);
    if (!PARTES.has(nome)) throw invalida(`${nome} não é parte de uma RRULE`, nome);
    if (partes.has(nome)) throw invalida(`${nome} aparece mais de uma vez`, nome);
    partes.set(nome, valor);
  }
  return partes;
}

/**
 * Reads a rule, with or without `RRULE:` before it. Nothing of it is passed over.
 * @throws RegraDeRecorrenciaInvalida, OcorrenciasDemais
 */
export function lerRegra(texto: string): Regra {
  const partes = partesDe(texto);
  const lista = <T>(nome: string, ler: (valor: string) => T): T[] => partes.get(nome)?.split(',').map(ler) ?? [];
  const numeros = (nome: string, min: number, max: number) =>
    [...new Set(lista(nome, (valor) => inteiro(nome, valor, min, max)))].sort((a, b) => a - b);
  const contados = (nome: string, max: number) => [...new Set(lista(nome, (valor) => comSinal(nome, valor, max)))];

  const frequencia = FREQUENCIAS.find((uma) => uma === partes.get('FREQ'));
  if (frequencia === undefined)
    throw invalida('FREQ é DAILY, WEEKLY, MONTHLY ou YEARLY: a menor frequência é a diária', 'FREQ');
  const [contagem, ate] = [partes.get('COUNT'), partes.get('UNTIL')];
  if (contagem !== undefined && ate !== undefined) throw invalida('COUNT e UNTIL não vêm juntos', 'UNTIL');
  if (contagem === undefined && ate === undefined) throw invalida('falta COUNT ou UNTIL', 'COUNT');
  const comecoDaSemana = SEMANA.indexOf(partes.get('WKST') ?? 'MO') + 1;
  if (comecoDaSemana === 0) throw invalida('WKST é um dia da semana', 'WKST');
  const skip = partes.get('SKIP') ?? 'OMIT';
  if ((partes.get('RSCALE') ?? 'GREGORIAN') !== 'GREGORIAN') throw invalida('RSCALE só pode ser GREGORIAN', 'RSCALE');
  if (skip !== 'OMIT' && skip !== 'BACKWARD') throw invalida('SKIP é OMIT ou BACKWARD', 'SKIP');

  const regra: Regra = {
    frequencia,
    intervalo: inteiro('INTERVAL', partes.get('INTERVAL') ?? '1', 1, HORIZONTE_MAXIMO_DIAS),
    contagem: contagem === undefined ? null : inteiro('COUNT', contagem, 1, 99_999),
    ate: ate === undefined ? null : ateQuando(ate),
    meses: numeros('BYMONTH', 1, 12),
    diasDoMes: contados('BYMONTHDAY', 31),
    dias: lista('BYDAY', diaDaRegra),
    horas: numeros('BYHOUR', 0, 23),
    minutos: numeros('BYMINUTE', 0, 59),
    posicoes: contados('BYSETPOS', 366),
    comecoDaSemana,
    recua: skip === 'BACKWARD',
  };
  verificarCombinacao(regra);
  return regra;
}

/** @throws RegraDeRecorrenciaInvalida, OcorrenciasDemais */
function verificarCombinacao({ frequencia, contagem, dias, diasDoMes, posicoes, recua, ...regra }: Regra): void {
  const doMes = frequencia === 'MONTHLY' || frequencia === 'YEARLY';
  const comOrdinal = dias.filter(({ ordinal }) => ordinal !== null);
  if (comOrdinal.length > 0 && !doMes) throw invalida('BYDAY só leva ordinal com FREQ=MONTHLY ou FREQ=YEARLY', 'BYDAY');
  const noMes = frequencia === 'MONTHLY' || regra.meses.length > 0;
  if (noMes && comOrdinal.some(({ ordinal }) => Math.abs(ordinal ?? 0) > 5))
    throw invalida('um mês tem no máximo cinco de um dia da semana', 'BYDAY');
  if (diasDoMes.length > 0 && frequencia === 'WEEKLY')
    throw invalida('BYMONTHDAY não vai com FREQ=WEEKLY', 'BYMONTHDAY');
  if (recua && !doMes) throw invalida('SKIP=BACKWARD vai com FREQ=MONTHLY ou FREQ=YEARLY', 'SKIP');
  const outras = [regra.meses, diasDoMes, dias, regra.horas, regra.minutos];
  if (posicoes.length > 0 && outras.every(({ length }) => length === 0))
    throw invalida('BYSETPOS escolhe entre o que outra parte BY… dá, e não há nenhuma', 'BYSETPOS');
  if (Math.max(1, regra.horas.length) * Math.max(1, regra.minutos.length) > MAX_INICIOS_POR_DIA)
    throw invalida(`BYHOUR e BYMINUTE dão no máximo ${MAX_INICIOS_POR_DIA} inícios por dia`, 'BYMINUTE');
  if ((contagem ?? 0) > MAX_OCORRENCIAS) throw new OcorrenciasDemais(MAX_OCORRENCIAS);
}

interface Data {
  readonly ano: number;
  readonly mes: number;
  readonly diaDoMes: number;
}
function calendario(dia: number): Data {
  const data = new Date(dia * DIA_MS);
  return { ano: data.getUTCFullYear(), mes: data.getUTCMonth() + 1, diaDoMes: data.getUTCDate() };
}
/** The day at which a month begins; months beyond 12 are of the years after. */
const inicioDoMes = (ano: number, mes: number): number => Date.UTC(ano, mes - 1) / DIA_MS;

/** The stretch of days [de, ate) that the rule's period with this number is, counted from that of `primeiro`. */
function trechoDaRegra({ frequencia, comecoDaSemana }: Regra, primeiro: number, numero: number) {
  const { ano, mes } = calendario(primeiro);
  switch (frequencia) {
    case 'DAILY':
      return { de: primeiro + numero, ate: primeiro + numero + 1 };
    case 'WEEKLY': {
      const de = primeiro - ((diaDaSemana(primeiro) - comecoDaSemana + 7) % 7) + 7 * numero;
      return { de, ate: de + 7 };
    }
    case 'MONTHLY':
      return { de: inicioDoMes(ano, mes + numero), ate: inicioDoMes(ano, mes + numero + 1) };
    case 'YEARLY':
      return { de: inicioDoMes(ano + numero, 1), ate: inicioDoMes(ano + numero + 1, 1) };
  }
}

/** What a rule says of days, completed by the day of its start where it says nothing. */
function criterios(regra: Regra, primeiro: number) {
  const { frequencia, dias, diasDoMes, meses } = regra;
  const { mes, diaDoMes } = calendario(primeiro);
  const calada = dias.length === 0 && diasDoMes.length === 0;
  const doMes = frequencia === 'MONTHLY' || frequencia === 'YEARLY';
  return {
    meses: frequencia === 'YEARLY' && calada && meses.length === 0 ? [mes] : meses,
    diasDoMes: doMes && calada ? [diaDoMes] : diasDoMes,
    dias: frequencia === 'WEEKLY' && calada ? [{ diaSemana: diaDaSemana(primeiro), ordinal: null }] : dias,
    /** What ordinals count in. */
    noAno: frequencia === 'YEARLY' && meses.length === 0,
  };
}

function serve(regra: Regra, { meses, diasDoMes, dias, noAno }: ReturnType<typeof criterios>, dia: number): boolean {
  const { ano, mes, diaDoMes } = calendario(dia);
  if (meses.length > 0 && !meses.includes(mes)) return false;
  const [inicio, fim] = [inicioDoMes(ano, mes), inicioDoMes(ano, mes + 1)];
  if (diasDoMes.length > 0) {
    const quantos = fim - inicio;
    const pedidos = diasDoMes.map((n) => (n < 0 ? quantos + 1 + n : regra.recua ? Math.min(n, quantos) : n));
    if (!pedidos.includes(diaDoMes)) return false;
  }
  if (dias.length === 0) return true;
  const desde = dia - (noAno ? inicioDoMes(ano, 1) : inicio);
  const ainda = (noAno ? inicioDoMes(ano + 1, 1) : fim) - 1 - dia;
  const ordem = Math.floor(desde / 7) + 1;
  const ordemDoFim = -Math.floor(ainda / 7) - 1;
  return dias.some(
    ({ diaSemana, ordinal }) =>
      diaSemana === diaDaSemana(dia) && (ordinal === null || ordinal === ordem || ordinal === ordemDoFim),
  );
}

/** The starts that a rule gives from `de` up to before `limite`, in order: local times in ms, as relogio has them. */
function* inicios(regra: Regra, de: number, limite: number): Generator<number> {
  const primeiro = diaDe(de);
  const daRegra = criterios(regra, primeiro);
  const doDia = de - primeiro * DIA_MS;
  const minuto = Math.floor(doDia / MINUTO_MS);
  const horas = regra.horas.length > 0 ? regra.horas : [Math.floor(minuto / 60)];
  const minutos = regra.minutos.length > 0 ? regra.minutos : [minuto % 60];
  const doMinuto = doDia % MINUTO_MS;
  const horarios = horas.flatMap((h) => minutos.map((m) => (h * 60 + m) * MINUTO_MS + doMinuto));
  const posicoes = new Set(regra.posicoes);
  for (let numero = 0; ; numero += regra.intervalo) {
    const trecho = trechoDaRegra(regra, primeiro, numero);
    if (trecho.de * DIA_MS >= limite) return;
    const dados: number[] = [];
    for (let dia = trecho.de; dia < trecho.ate; dia++)
      if (serve(regra, daRegra, dia)) dados.push(...horarios.map((horario) => dia * DIA_MS + horario));
    const escolhidos =
      posicoes.size === 0 ? dados : dados.filter((_, i) => posicoes.has(i + 1) || posicoes.has(i - dados.length));
    yield* escolhidos.filter((inicio) => inicio >= de && inicio < limite);
  }
}

/**
 * The periods that a rule gives, from `primeiro` on: at its local hours, until its local end, whatever clocks do in
 * between. A local hour that a day does not have is no occurrence, but for whole days; one that comes twice is its
 * first. `excecoes` are local dates ('YYYY-MM-DD') that are left out once COUNT has been counted.
 * @throws RegraDeRecorrenciaInvalida, OcorrenciasDemais, AlemDoHorizonte when it goes on for longer than anybody may book
 */
export function ocorrencias(
  regra: Regra,
  fuso: string,
  primeiro: Intervalo,
  excecoes: readonly string[] = [],
): Intervalo[] {
  const { contagem, ate } = regra;
  const forma = paredeDe(fuso, primeiro);
  const horizonte = forma.inicio + HORIZONTE_MAXIMO_DIAS * DIA_MS;
  const fora = new Set(excecoes);
  const ultimo = ate === null ? Infinity : 'dia' in ate ? (ate.dia + 1) * DIA_MS : Infinity;
  const ultimoInstante = ate !== null && 'instante' in ate ? ate.instante : Infinity;
  let dadas = 0;
  const periodos: Intervalo[] = [];
  for (const inicio of inicios(regra, forma.inicio, Math.min(ultimo, horizonte))) {
    const periodo =
      inicio === forma.inicio
        ? primeiro
        : periodoDe(fuso, { ...forma, inicio, fim: inicio + forma.fim - forma.inicio });
    if (!periodo) continue;
    if (periodo.inicio > ultimoInstante) break;
    if (++dadas > MAX_OCORRENCIAS) throw new OcorrenciasDemais(MAX_OCORRENCIAS);
    if (!fora.has(dataDe(diaDe(inicio)))) periodos.push({ inicio: periodo.inicio, fim: periodo.fim });
    if (dadas === contagem) break;
  }
  if (dadas === 0) throw invalida('ela não dá nenhuma ocorrência até onde se pode reservar');
  const incompleta = contagem === null ? Math.min(ultimo, ultimoInstante) > horizonte : dadas < contagem;
  if (incompleta) throw new AlemDoHorizonte(HORIZONTE_MAXIMO_DIAS);
  if (periodos.length === 0) throw invalida('as exceções tiram todas as ocorrências', 'excecoes');
  return periodos;
}

/** Moves another occurrence by as much of the wall clock as `de` moved to `para`; null when its hour does not exist. */
export function deslocar(
  fuso: string,
  { de, para }: { readonly de: Intervalo; readonly para: Intervalo },
  outro: Intervalo,
): Intervalo | null {
  const [antes, depois, este] = [paredeDe(fuso, de), paredeDe(fuso, para), paredeDe(fuso, outro)];
  const inicio = este.inicio + depois.inicio - antes.inicio;
  return periodoDe(fuso, { ...depois, inicio, fim: inicio + depois.fim - depois.inicio });
}

/** The same period so many weeks later, by the wall clock; null when its hour does not exist then. */
export function semanasDepois(fuso: string, periodo: Intervalo, semanas: number): Intervalo | null {
  const local = paredeDe(fuso, periodo);
  const passo = semanas * 7 * DIA_MS;
  return periodoDe(fuso, { ...local, inicio: local.inicio + passo, fim: local.fim + passo });
}

/** The local date ('YYYY-MM-DD') by which exceptions name an occurrence. */
export const dataDaOcorrencia = (fuso: string, periodo: Intervalo): string =>
  dataDe(diaDe(paredeDe(fuso, periodo).inicio));
