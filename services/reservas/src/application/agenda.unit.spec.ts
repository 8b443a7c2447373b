import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Agenda, iniciosNaAgenda, livresNaAgenda, verificarAgenda } from '../domain/agenda.js';
import type { Espaco, HorarioDoDia } from '../domain/espaco.js';
import { type Intervalo, MINUTO_MS, PeriodoReserva } from '../domain/periodo-reserva.js';
import { intervalosAbertos } from './abertura.js';

const DIA = 1_440;
/** Days of a window in which, but for Kathmandu, clocks change. */
const CENARIOS = [
  ['America/Sao_Paulo', '2018-11-03'],
  ['America/Sao_Paulo', '2018-02-17'],
  ['America/Sao_Paulo', '2026-11-24'],
  ['America/New_York', '2026-03-07'],
  ['America/New_York', '2026-10-31'],
  ['Europe/Lisbon', '2026-03-28'],
  ['Europe/Lisbon', '2026-10-24'],
  ['Asia/Kathmandu', '2026-11-24'],
  ['Australia/Lord_Howe', '2026-10-03'],
  ['Australia/Lord_Howe', '2026-04-04'],
] as const;
const DIAS_ANTES = 2;
const DIAS_DA_TABELA = 7;
const DIAS_DA_JANELA = 2;

/** What clocks show at each minute, as the platform's own calendar says: 'YYYY-MM-DD HH:MM'. */
const relogios = new Map<string, readonly string[]>();
function relogio(fuso: string, base: number): readonly string[] {
  const chave = `${fuso} ${base}`;
  const formato = new Intl.DateTimeFormat('sv-SE', { timeZone: fuso, dateStyle: 'short', timeStyle: 'short' });
  const tabela =
    relogios.get(chave) ??
    Array.from({ length: DIAS_DA_TABELA * DIA }, (_, minuto) => formato.format(base + minuto * MINUTO_MS));
  relogios.set(chave, tabela);
  return tabela;
}

interface Caso {
  readonly fuso: string;
  /** Instant (ms) of the table's first minute. */
  readonly base: number;
  readonly espaco: Espaco;
  /** In minutes of the table, for each unit. */
  readonly ocupados: readonly (readonly Intervalo[])[];
  readonly agora: number;
  readonly duracao: number;
}

const hhmm = (minutos: number) =>
  `${String(Math.floor(minutos / 60)).padStart(2, '0')}:${String(minutos % 60).padStart(2, '0')}`;

/** Disjoint hours of a day: cuts of it taken two by two; the last may cross midnight. */
const horariosDoDia = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 0, max: 95 }), { minLength: 0, maxLength: 4 }),
    fc.boolean(),
    fc.constantFrom(0, 15, 90),
  )
  .map(([cortes, atravessa, alem]): HorarioDoDia[] => {
    const marcas = cortes.map((corte) => corte * 15).sort((a, b) => a - b);
    const pares = marcas.flatMap((abre, i) => (i % 2 === 0 ? [{ abre, fecha: marcas[i + 1] }] : []));
    return pares.flatMap(({ abre, fecha }) => {
      if (fecha !== undefined) return [{ abre: hhmm(abre), fecha: hhmm(fecha) }];
      return atravessa && alem < abre ? [{ abre: hhmm(abre), fecha: hhmm(alem) }] : [];
    });
  });
const semanaInteira: HorarioDoDia[] = [{ abre: '00:00', fecha: '00:00' }];

const caso: fc.Arbitrary<Caso> = fc
  .constantFrom(...CENARIOS)
  .chain(([fuso, dia]) =>
    fc.record({
      fuso: fc.constant(fuso),
      base: fc.constant(Date.parse(`${dia}T00:00:00Z`) - DIAS_ANTES * DIA * MINUTO_MS),
      dia: fc.constant(dia),
      semana: fc.oneof(
        { weight: 4, arbitrary: fc.array(horariosDoDia, { minLength: 7, maxLength: 7 }) },
        { weight: 1, arbitrary: fc.constant(Array.from({ length: 7 }, () => semanaInteira)) },
      ),
      excecao: fc.option(fc.tuple(fc.integer({ min: -1, max: 3 }), horariosDoDia)),
      feriado: fc.option(fc.integer({ min: -1, max: 3 })),
      horariosEmFeriado: fc.option(horariosDoDia),
      ocupa: fc.constantFrom('UMA' as const, 'TODAS' as const),
      ocupados: fc.array(
        fc.array(
          fc
            .tuple(fc.integer({ min: 0, max: 6 * DIA - 1 }), fc.integer({ min: 1, max: 900 }))
            .map(([inicio, minutos]) => ({ inicio, fim: inicio + minutos })),
          { maxLength: 12 },
        ),
        { minLength: 1, maxLength: 3 },
      ),
      antes: fc.constantFrom(0, 10, 45),
      depois: fc.constantFrom(0, 15, 30),
      passo: fc.constantFrom(15, 30, 45, 60),
      duracao: fc.constantFrom(15, 30, 60, 95, 240, 1_500),
      agora: fc.integer({ min: 0, max: 4 * DIA }),
      antecedencia: fc.constantFrom(0, 60, 720),
      horizonte: fc.constantFrom(null, 1, 2),
    }),
  )
  .map((c) => {
    const data = (dias: number) => new Date(Date.parse(`${c.dia}T00:00:00Z`) + dias * DIA * MINUTO_MS).toISOString();
    const espaco = {
      situacao: 'PUBLICADO',
      fuso: c.fuso,
      horarios: c.semana.flatMap((horarios, i) => horarios.map((horario) => ({ diaSemana: i + 1, ...horario }))),
      excecoes: c.excecao ? [{ data: data(c.excecao[0]).slice(0, 10), horarios: c.excecao[1] }] : [],
      horariosEmFeriado: c.horariosEmFeriado,
      feriados: c.feriado === null ? [] : [data(c.feriado).slice(0, 10)],
      ocupa: c.ocupa,
      folgaAntesMinutos: c.antes,
      folgaDepoisMinutos: c.depois,
      duracaoMinimaMinutos: 15,
      duracaoMaximaMinutos: 2_000,
      passoMinutos: c.passo,
      antecedenciaMinimaMinutos: c.antecedencia,
      horizonteDias: c.horizonte,
    } as unknown as Espaco;
    const { fuso, base, ocupados, duracao } = c;
    return { fuso, base, espaco, ocupados, duracao, agora: base + c.agora * MINUTO_MS };
  });

/** The oracle: tables with one entry for each minute, made without any arithmetic on time. */
function oraculo({ fuso, base, espaco, ocupados, agora, duracao }: Caso) {
  const marcas = relogio(fuso, base);
  const aberto = marcas.map(() => false);
  const naGrade = marcas.map(() => false);
  const primeira = (marca: string) => {
    const minuto = marcas.findIndex((atual) => atual >= marca);
    return minuto === -1 ? marcas.length : minuto;
  };
  const datas = [...new Set(marcas.map((marca) => marca.slice(0, 10)))];
  for (const [i, data] of datas.slice(0, -1).entries()) {
    const diaSemana = new Date(`${data}T12:00:00Z`).getUTCDay() || 7;
    const horarios =
      espaco.excecoes.find((excecao) => excecao.data === data)?.horarios ??
      (espaco.feriados.includes(data) ? espaco.horariosEmFeriado : null) ??
      espaco.horarios.filter((horario) => horario.diaSemana === diaSemana);
    for (const { abre, fecha } of horarios) {
      const inicio = primeira(`${data} ${abre}`);
      const fim = primeira(`${fecha <= abre ? datas[i + 1] : data} ${fecha}`);
      for (let minuto = inicio; minuto < fim; minuto++) {
        aberto[minuto] = true;
        if ((minuto - inicio) % espaco.passoMinutos === 0) naGrade[minuto] = true;
      }
    }
  }
  const ocupada = ocupados.map((intervalos) => {
    const minutos = marcas.map(() => false);
    for (const { inicio, fim } of intervalos) minutos.fill(true, inicio, fim);
    return minutos;
  });
  const unidades = espaco.ocupa === 'UMA' ? ocupada : [marcas.map((_, m) => ocupada.some((minutos) => minutos[m]))];
  /** Minutes that a booking may use: open, and with nothing in reach of its buffers. */
  const uteis = unidades.map((minutos) =>
    marcas.map(
      (_, m) =>
        aberto[m] === true &&
        !minutos.slice(Math.max(0, m - espaco.folgaAntesMinutos), m + espaco.folgaDepoisMinutos + 1).includes(true),
    ),
  );
  const cabe = (inicio: number) =>
    uteis.some((minutos) => {
      const usados = minutos.slice(inicio, inicio + duracao);
      return usados.length === duracao && !usados.includes(false);
    });
  const [de, ate] = [DIAS_ANTES * DIA, (DIAS_ANTES + DIAS_DA_JANELA) * DIA];
  const minimo = agora + espaco.antecedenciaMinimaMinutos * MINUTO_MS;
  const maximo = agora + (espaco.horizonteDias ?? 10_000) * DIA * MINUTO_MS;
  const inicios: number[] = [];
  for (let minuto = de; minuto < ate; minuto++) {
    const instante = base + minuto * MINUTO_MS;
    if (naGrade[minuto] && instante >= minimo && instante <= maximo && cabe(minuto)) inicios.push(instante);
  }
  const corridas = uteis.flatMap((minutos) => {
    const intervalos: Intervalo[] = [];
    for (let minuto = de; minuto < ate; minuto++) {
      if (!minutos[minuto]) continue;
      const inicio = minuto;
      while (minuto < ate && minutos[minuto]) minuto++;
      intervalos.push({ inicio: base + inicio * MINUTO_MS, fim: base + minuto * MINUTO_MS });
    }
    return intervalos;
  });
  const dentro = (a: Intervalo, b: Intervalo) => b.inicio <= a.inicio && a.fim <= b.fim;
  const livres = corridas
    .filter((a, i) => !corridas.some((b, j) => dentro(a, b) && (!dentro(b, a) || j < i)))
    .sort((a, b) => a.inicio - b.inicio);
  return { inicios, livres };
}

function motor({ base, espaco, ocupados, agora, duracao }: Caso) {
  const janela = {
    inicio: base + DIAS_ANTES * DIA * MINUTO_MS,
    fim: base + (DIAS_ANTES + DIAS_DA_JANELA) * DIA * MINUTO_MS,
  };
  const instantes = ({ inicio, fim }: Intervalo) => ({
    inicio: base + inicio * MINUTO_MS,
    fim: base + fim * MINUTO_MS,
  });
  const agenda: Agenda = {
    espaco,
    agora,
    abertos: intervalosAbertos(espaco, { inicio: janela.inicio, fim: janela.fim + duracao * MINUTO_MS }),
    ocupados: ocupados.map((intervalos) =>
      intervalos.map((minutos) => ({ ...instantes(minutos), origem: 'RESERVA', util: instantes(minutos) })),
    ),
  };
  const aceita = (inicio: number): boolean => {
    const periodo = PeriodoReserva.de(new Date(inicio), new Date(inicio + duracao * MINUTO_MS));
    try {
      verificarAgenda({ ...agenda, abertos: intervalosAbertos(espaco, periodo) }, periodo);
      return true;
    } catch {
      return false;
    }
  };
  return { livres: livresNaAgenda(agenda, janela), inicios: iniciosNaAgenda(agenda, duracao, janela), janela, aceita };
}

describe('agenda contra um oráculo ingênuo, minuto a minuto', () => {
  it('intervalos livres, inícios possíveis e o veredito sobre cada período são os da tabela', () => {
    fc.assert(
      fc.property(caso, fc.array(fc.nat(DIAS_DA_JANELA * DIA - 1), { maxLength: 20 }), (entrada, minutos) => {
        const esperado = oraculo(entrada);
        const { livres, inicios, janela, aceita } = motor(entrada);
        expect(livres).toEqual(esperado.livres);
        expect(inicios).toEqual(esperado.inicios);
        const amostra = [...minutos.map((minuto) => janela.inicio + minuto * MINUTO_MS), ...inicios.slice(0, 20)];
        for (const inicio of amostra) expect([inicio, aceita(inicio)]).toEqual([inicio, inicios.includes(inicio)]);
      }),
      // A failure prints its seed and path, with which it can be played again.
      { numRuns: 600, verbose: 1 },
    );
  });
});
