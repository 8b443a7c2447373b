import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Agenda, horariosNaAgenda, horariosProximos, livresNaAgenda, verificarAgenda } from './agenda.js';
import type { Espaco, HorarioDoDia } from './espaco.js';
import { type Intervalo, MINUTO_MS, PeriodoReserva } from './periodo-reserva.js';
import { intervalosAbertos } from './abertura.js';
import { orcarEstada } from './orcamento.js';

const DIA = 1_440;
/** Days of a window in which, but for Kathmandu, clocks change; in Santiago at midnight, and Apia left out a whole day. */
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
  ['Africa/Casablanca', '2026-02-14'],
  ['Africa/Casablanca', '2026-03-21'],
  ['America/Santiago', '2027-04-02'],
  ['America/Santiago', '2027-09-04'],
  ['Pacific/Apia', '2011-12-29'],
] as const;
const DIAS_ANTES = 2;
const DIAS_DA_TABELA = 9;
const DIAS_DA_JANELA = 2;

/** What clocks show at each minute, as the platform's own calendar says: 'YYYY-MM-DD HH:MM'. */
const relogios = new Map<string, readonly string[]>();
function relogio(fuso: string, base: number): readonly string[] {
  const chave = `${fuso} ${base}`;
  const conhecida = relogios.get(chave);
  if (conhecida) return conhecida;
  const formato = new Intl.DateTimeFormat('sv-SE', { timeZone: fuso, dateStyle: 'short', timeStyle: 'short' });
  const tabela = Array.from({ length: DIAS_DA_TABELA * DIA }, (_, minuto) => formato.format(base + minuto * MINUTO_MS));
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
      duracao: fc.constantFrom(15, 30, 60, 95, 240, 1_440, 1_500, 2_880),
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
      unidadeDuracao: 'MINUTO',
      duracaoMinimaMinutos: 15,
      duracaoMaximaMinutos: 3_000,
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
  const termina = marcas.map(() => false);
  const primeira = (marca: string) => {
    const minuto = marcas.findIndex((atual) => atual >= marca);
    return minuto === -1 ? marcas.length : minuto;
  };
  const datas = [...new Set(marcas.map((marca) => marca.slice(0, 10)))];
  const depoisDe = (data: string, dias: number) =>
    new Date(Date.parse(`${data}T00:00:00Z`) + dias * DIA * MINUTO_MS).toISOString().slice(0, 10);
  /** Whole days end at the hour they begin at: at midnight also when clocks leapt over it. */
  const fimDe = (inicio: number): number => {
    if (duracao % DIA !== 0) return inicio + duracao;
    const [data = '', hora = ''] = (marcas[inicio] ?? '').split(' ');
    const saltou = (marcas[inicio - 1] ?? '') < `${data} 00:00` && hora !== '00:00';
    return primeira(`${depoisDe(data, duracao / DIA)} ${saltou ? '00:00' : hora}`);
  };
  for (const data of datas.slice(0, -1)) {
    const diaSemana = new Date(`${data}T12:00:00Z`).getUTCDay() || 7;
    const horarios =
      espaco.excecoes.find((excecao) => excecao.data === data)?.horarios ??
      (espaco.feriados.includes(data) ? espaco.horariosEmFeriado : null) ??
      espaco.horarios.filter((horario) => horario.diaSemana === diaSemana);
    for (const { abre, fecha } of horarios) {
      const inicio = primeira(`${data} ${abre}`);
      const fim = primeira(`${fecha <= abre ? depoisDe(data, 1) : data} ${fecha}`);
      for (let minuto = inicio; minuto < fim; minuto++) {
        aberto[minuto] = true;
        if ((minuto - inicio) % espaco.passoMinutos !== 0) continue;
        naGrade[minuto] = true;
        // Where an opening begins another has to have ended, or nothing could have lasted until then.
        if (minuto > inicio) termina[minuto] = true;
      }
      if (fim > inicio) termina[fim] = true;
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
      const fim = fimDe(inicio);
      const naHora = termina[fim] === true || fim - inicio === espaco.duracaoMinimaMinutos;
      return naHora && fim < marcas.length && !minutos.slice(inicio, fim).includes(false);
    });
  const [de, ate] = [DIAS_ANTES * DIA, (DIAS_ANTES + DIAS_DA_JANELA) * DIA];
  const minimo = agora + espaco.antecedenciaMinimaMinutos * MINUTO_MS;
  const maximo = agora + (espaco.horizonteDias ?? 10_000) * DIA * MINUTO_MS;
  const inicios: Intervalo[] = [];
  for (let minuto = de; minuto < ate; minuto++) {
    const instante = base + minuto * MINUTO_MS;
    if (naGrade[minuto] && instante >= minimo && instante <= maximo && cabe(minuto))
      inicios.push({ inicio: instante, fim: base + fimDe(minuto) * MINUTO_MS });
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
  return { inicios, livres, fimDe: (instante: number) => base + fimDe((instante - base) / MINUTO_MS) * MINUTO_MS };
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
    abertos: intervalosAbertos(espaco, { inicio: janela.inicio, fim: janela.fim + (duracao + DIA) * MINUTO_MS }),
    ocupados: ocupados.map((intervalos) =>
      intervalos.map((minutos) => ({ ...instantes(minutos), origem: 'RESERVA', util: instantes(minutos) })),
    ),
  };
  const aceita = ({ inicio, fim }: Intervalo): boolean => {
    const periodo = PeriodoReserva.de(new Date(inicio), new Date(fim));
    try {
      verificarAgenda({ ...agenda, abertos: intervalosAbertos(espaco, periodo) }, periodo);
      return true;
    } catch {
      return false;
    }
  };
  const inicios = horariosNaAgenda(agenda, { duracaoMinutos: duracao, janela });
  const proximos = (desejado: number) => [...horariosProximos(agenda, desejado, { duracaoMinutos: duracao, janela })];
  return { livres: livresNaAgenda(agenda, janela), inicios, proximos, janela, aceita };
}

describe('agenda contra um oráculo ingênuo, minuto a minuto', () => {
  it('intervalos livres, inícios possíveis e o veredito sobre cada período são os da tabela', () => {
    fc.assert(
      fc.property(caso, fc.array(fc.nat(DIAS_DA_JANELA * DIA - 1), { maxLength: 20 }), (entrada, minutos) => {
        const esperado = oraculo(entrada);
        const { livres, inicios, proximos, janela, aceita } = motor(entrada);
        expect(livres).toEqual(esperado.livres);
        expect(inicios).toEqual(esperado.inicios);
        const amostra = minutos.map((minuto) => janela.inicio + minuto * MINUTO_MS);
        for (const desejado of [janela.inicio, ...amostra.slice(0, 2), janela.fim]) {
          const distancia = ({ inicio }: Intervalo) => Math.abs(inicio - desejado);
          expect(proximos(desejado).flat()).toEqual([...inicios].sort((a, b) => distancia(a) - distancia(b)));
        }
        for (const inicio of [...amostra, ...inicios.slice(0, 20).map((horario) => horario.inicio)])
          expect([inicio, aceita({ inicio, fim: esperado.fimDe(inicio) })]).toEqual([
            inicio,
            inicios.some((horario) => horario.inicio === inicio),
          ]);
      }),
      // A failure prints its seed and path, with which it can be played again.
      { numRuns: 600, verbose: 1 },
    );
  });
});

describe('agenda de um espaço por dia, contra as datas do calendário', () => {
  const casoPorDia = fc.record({
    cenario: fc.constantFrom(...CENARIOS),
    troca: fc.constantFrom('00:00', '01:30', '12:00', '23:30'),
    semana: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 4 }),
    fechado: fc.option(fc.integer({ min: 0, max: 3 })),
    dias: fc.integer({ min: 1, max: 3 }),
    ocupado: fc.option(fc.integer({ min: 0, max: 5 * DIA }), { nil: undefined }),
  });

  it('cada dia local é um dia, de 23, 24 ou 25 horas, e custa o preço do dia', () => {
    fc.assert(
      fc.property(casoPorDia, ({ cenario: [fuso, data], troca, semana, fechado, dias, ocupado }) => {
        const base = Date.parse(`${data}T00:00:00Z`) - DIAS_ANTES * DIA * MINUTO_MS;
        const marcas = relogio(fuso, base);
        const em = (marca: string) => base + marcas.findIndex((atual) => atual >= marca) * MINUTO_MS;
        const datas = [...new Set(marcas.map((marca) => marca.slice(0, 10)))];
        const espaco = {
          situacao: 'PUBLICADO',
          fuso,
          horarios: semana.map((diaSemana) => ({ diaSemana, abre: troca, fecha: troca })),
          excecoes: fechado === null ? [] : [{ data: datas[fechado + 1] ?? '', horarios: [] }],
          horariosEmFeriado: null,
          feriados: [],
          ocupa: 'UMA',
          folgaAntesMinutos: 0,
          folgaDepoisMinutos: 0,
          unidadeDuracao: 'DIA',
          duracaoMinimaMinutos: DIA,
          duracaoMaximaMinutos: 3 * DIA,
          passoMinutos: DIA,
          antecedenciaMinimaMinutos: 0,
          horizonteDias: null,
          precoHoraCentavos: 417,
          precoDiaCentavos: 10_000,
          regrasDePreco: [],
          precoMinimoCentavos: 0,
          sinalPercentual: null,
          saldoHorasAntes: 0,
        } as unknown as Espaco;
        const ocupacao = ocupado !== undefined && {
          inicio: base + ocupado * MINUTO_MS,
          fim: base + (ocupado + 30) * MINUTO_MS,
        };
        /** The days that there are, from the change of guests to the next. */
        const abertas = datas
          .filter((dia) => semana.includes(new Date(`${dia}T12:00:00Z`).getUTCDay() || 7))
          .filter((dia) => fechado === null || dia !== datas[fechado + 1])
          .map((dia) => {
            const seguinte = new Date(Date.parse(`${dia}T00:00:00Z`) + DIA * MINUTO_MS).toISOString().slice(0, 10);
            return { inicio: em(`${dia} ${troca}`), fim: em(`${seguinte} ${troca}`) };
          });
        const janela = { inicio: em(`${datas[1]} 00:00`), fim: em(`${datas[5]} 00:00`) };
        const esperados = abertas.flatMap((primeira, i) => {
          const estada = abertas.slice(i, i + dias);
          const { inicio } = primeira;
          const fim = estada.at(-1)?.fim ?? inicio;
          const seguidas =
            estada.length === dias && estada.every((dia, j) => j === 0 || dia.inicio === estada[j - 1]?.fim);
          const livre = !ocupacao || ocupacao.fim <= inicio || ocupacao.inicio >= fim;
          const existem = estada.every((dia) => dia.inicio < dia.fim);
          const naJanela = inicio >= janela.inicio && inicio < janela.fim;
          return seguidas && livre && existem && naJanela ? [{ inicio, fim }] : [];
        });
        const agenda: Agenda = {
          espaco,
          agora: base,
          abertos: intervalosAbertos(espaco, { inicio: janela.inicio, fim: janela.fim + (dias + 1) * DIA * MINUTO_MS }),
          ocupados: [ocupacao ? [{ ...ocupacao, origem: 'RESERVA', util: ocupacao }] : []],
        };
        const achados = horariosNaAgenda(agenda, { duracaoMinutos: dias * DIA, janela });
        expect(achados).toEqual(esperados);
        for (const { inicio, fim } of achados) {
          const periodo = PeriodoReserva.de(new Date(inicio), new Date(fim));
          expect(() => verificarAgenda(agenda, periodo)).not.toThrow();
          expect(orcarEstada(espaco, periodo, base).totalCentavos).toBe(dias * 10_000);
          const curto = PeriodoReserva.de(new Date(inicio), new Date(fim - 15 * MINUTO_MS));
          expect(() => verificarAgenda(agenda, curto)).toThrow();
        }
      }),
      { numRuns: 600, verbose: 1 },
    );
  });
});
