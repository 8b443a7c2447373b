import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  CotacaoHttp,
  DisponibilidadeHttp,
  EspacoHttp,
  PorQueHttp,
  ReservaHttp,
  SerieCriadaHttp,
  SerieHttp,
} from '@plataforma/contracts';
import { Temporal } from 'temporal-polyfill';
import { type Pessoa, recusa, ReservasFixture } from './reservas-fixture.js';

const LISBOA = 'Europe/Lisbon';
/** Few, so that the races for them are short. */
const EM_SERIES = 12;
const TODOS = [1, 2, 3, 4, 5, 6, 7];
let f: ReservasFixture;
let ana: Pessoa;

beforeAll(async () => {
  f = await ReservasFixture.start({ SEED_DEMO: 'false', RETENCOES_EM_SERIES_POR_PESSOA: String(EM_SERIES) });
});
afterAll(() => f.stop());
beforeEach(async () => {
  ana = await f.pessoa();
});

/** The next day on which clocks in Lisbon are put forward (23 hours) or back (25). */
function diaDe(horas: 23 | 25): Temporal.PlainDate {
  let mudanca = Temporal.Now.zonedDateTimeISO(LISBOA).add({ days: 5 });
  do mudanca = mudanca.getTimeZoneTransition('next') ?? mudanca.add({ years: 1 });
  while (mudanca.hoursInDay !== horas);
  return mudanca.toPlainDate();
}
/** A local time, so many days from a date. */
const em = (data: Temporal.PlainDate, dias: number, hora: string) =>
  new Date(
    data.add({ days: dias }).toZonedDateTime({ timeZone: LISBOA, plainTime: hora }).epochMilliseconds,
  ).toISOString();
const horas = ({ inicio, fim }: { inicio: string; fim: string }) => (Date.parse(fim) - Date.parse(inicio)) / 3_600_000;

const emLisboa = (abre: string, fecha: string, campos: Record<string, unknown> = {}) =>
  f.publicado({
    fuso: LISBOA,
    horarios: TODOS.map((diaSemana) => ({ diaSemana, abre, fecha })),
    horariosEmFeriado: null,
    ...campos,
  });
const porDia = (campos: Record<string, unknown> = {}) =>
  emLisboa('00:00', '00:00', {
    unidadeDuracao: 'DIA',
    duracaoMinimaMinutos: 1_440,
    duracaoMaximaMinutos: 4 * 1_440,
    passoMinutos: 1_440,
    precoHoraCentavos: 417,
    precoDiaCentavos: 10_000,
    ...campos,
  });

const disponibilidade = (espaco: EspacoHttp, query: Record<string, string>) =>
  f.app.get<DisponibilidadeHttp>(`/v1/espacos/${espaco.id}/disponibilidade?${new URLSearchParams(query).toString()}`);
const criarSerie = (corpo: object, pessoa = ana) =>
  f.app.post<SerieCriadaHttp>('/v1/series', corpo, { token: pessoa.token });
const remarcarSerie = (id: string, corpo: object) =>
  f.app.post<SerieHttp>(`/v1/series/${id}/remarcacao`, corpo, { token: ana.token });
const periodosDe = async ({ reservas }: SerieHttp) =>
  Promise.all(
    reservas.map(async (id) => {
      const { inicio, fim } = (await f.app.get<ReservaHttp>(`/v1/reservas/${id}`, { token: ana.token })).body;
      return { inicio, fim };
    }),
  );

describe('um espaço que se aluga por dia', () => {
  it.each([23, 25] as const)(
    'o dia de %i horas é um dia: aparece, custa o preço do dia e se reserva',
    async (quantas) => {
      const espaco = await porDia();
      expect(espaco).toMatchObject({ unidadeDuracao: 'DIA', precoDiaCentavos: 10_000 });
      const data = diaDe(quantas);
      const dia = { inicio: em(data, 0, '00:00'), fim: em(data, 1, '00:00') };
      expect(horas(dia)).toBe(quantas);
      const { body } = await disponibilidade(espaco, { de: em(data, -1, '00:00'), ate: em(data, 2, '00:00') });
      expect(body.inicios).toEqual([-1, 0, 1].map((dias) => em(data, dias, '00:00')));
      const dois = await f.cotar(ana, espaco.id, { ...dia, inicio: em(data, -1, '00:00') });
      expect(dois.body).toMatchObject({
        totalCentavos: 20_000,
        linhas: [{ tipo: 'BASE', descricao: 'Preço por dia', valorCentavos: 20_000 }],
      });
      const reservada = await f.reservar(ana, espaco.id, dia);
      expect([reservada.status, reservada.body.valorCentavos]).toEqual([201, 10_000]);
      const depois = await disponibilidade(espaco, { de: em(data, -1, '00:00'), ate: em(data, 2, '00:00') });
      expect(depois.body.inicios).toEqual([-1, 1].map((dias) => em(data, dias, '00:00')));
    },
  );

  it('não se reserva por partes de um dia, nem por mais ou menos dias do que ele diz', async () => {
    const espaco = await porDia({ duracaoMinimaMinutos: 2_880 });
    const data = Temporal.Now.plainDateISO(LISBOA).add({ days: 20 });
    const pedir = (de: string, dias: number, ate: string) =>
      f.reservar(ana, espaco.id, { inicio: em(data, 0, de), fim: em(data, dias, ate) });
    expect(recusa(await pedir('00:00', 1, '00:00'))).toEqual([422, 'reservas.duracao-fora-do-permitido']);
    expect(recusa(await pedir('00:00', 5, '00:00'))).toEqual([422, 'reservas.duracao-fora-do-permitido']);
    expect(recusa(await pedir('00:00', 2, '12:00'))).toEqual([422, 'reservas.duracao-fora-do-permitido']);
    expect(recusa(await pedir('12:00', 2, '12:00'))).toEqual([422, 'reservas.inicio-fora-da-grade']);
    expect((await pedir('00:00', 4, '00:00')).status).toBe(201);
  });

  it('uma regra de preço vale para os dias, e a mudança de horário recalcula por dia', async () => {
    const espaco = await porDia({
      regrasDePreco: [{ tipo: 'FIM_DE_SEMANA', descricao: 'Fim de semana', percentual: 50, diasSemana: [6, 7] }],
    });
    const hoje = Temporal.Now.plainDateISO(LISBOA).add({ days: 30 });
    const sexta = hoje.add({ days: (12 - hoje.dayOfWeek) % 7 });
    const { body } = await f.cotar(ana, espaco.id, { inicio: em(sexta, 0, '00:00'), fim: em(sexta, 3, '00:00') });
    expect(body.linhas.map(({ tipo, valorCentavos }: CotacaoHttp['linhas'][number]) => [tipo, valorCentavos])).toEqual([
      ['BASE', 30_000],
      ['FIM_DE_SEMANA', 10_000],
    ]);
    const feita = await f.reservar(ana, espaco.id, { inicio: em(sexta, 1, '00:00'), fim: em(sexta, 2, '00:00') });
    await f.pagar(feita.body);
    const para = { inicio: em(sexta, 3, '00:00'), fim: em(sexta, 4, '00:00') };
    const mudada = await f.app.post<ReservaHttp>(`/v1/reservas/${feita.body.id}/remarcacao`, para, {
      token: ana.token,
    });
    expect(mudada.body).toMatchObject({ ...para, valorCentavos: 10_000 });
  });

  it.each([
    ['sem preço do dia', { precoDiaCentavos: null }],
    ['com preço do dia sem ser por dia', { unidadeDuracao: 'MINUTO' }],
    ['com preço por hora que não é o do dia', { precoHoraCentavos: 500 }],
    ['com durações que não são dias', { duracaoMinimaMinutos: 60 }],
    ['com passo que não é um dia', { passoMinutos: 60 }],
    ['aberto só parte do dia', { horarios: [{ diaSemana: 1, abre: '08:00', fecha: '20:00' }] }],
    ['aberto em feriado só parte do dia', { horariosEmFeriado: [{ abre: '08:00', fecha: '20:00' }] }],
    [
      'com preço para horas',
      { regrasDePreco: [{ tipo: 'PICO', descricao: 'Noite', percentual: 10, de: '18:00', ate: '22:00' }] },
    ],
  ])('%s, é recusado', async (_, campos) => {
    await expect(porDia(campos)).rejects.toThrow('requisicao.invalida');
  });
});

describe('durações de relógio num espaço por minuto', () => {
  it.each([23, 25] as const)(
    'das 00 às 00 no dia de %i horas, e das 22 às 6 na noite em que o relógio muda',
    async (quantas) => {
      const data = diaDe(quantas);
      const dia = await emLisboa('00:00', '00:00', {
        duracaoMinimaMinutos: 1_440,
        duracaoMaximaMinutos: 1_440,
        passoMinutos: 1_440,
      });
      const inteiro = await f.reservar(ana, dia.id, { inicio: em(data, 0, '00:00'), fim: em(data, 1, '00:00') });
      expect(inteiro.status).toBe(201);
      const { body } = await disponibilidade(dia, { de: em(data, -1, '00:00'), ate: em(data, 2, '00:00') });
      expect(body.inicios).toEqual([-1, 1].map((dias) => em(data, dias, '00:00')));

      const noite = await emLisboa('22:00', '06:00', {
        duracaoMinimaMinutos: 480,
        duracaoMaximaMinutos: 480,
        passoMinutos: 60,
      });
      const serie = await criarSerie({
        espacoId: noite.id,
        inicio: em(data, -3, '22:00'),
        fim: em(data, -2, '06:00'),
        regra: 'FREQ=DAILY;COUNT=5',
      });
      expect(serie.status).toBe(201);
      expect(serie.body.ocorrencias.map(horas)).toEqual([8, 8, quantas - 16, 8, 8]);
      expect(serie.body.ocorrencias.map(({ fim }) => fim)).toEqual(
        [-2, -1, 0, 1, 2].map((dias) => em(data, dias, '06:00')),
      );
    },
  );

  it('o fim também está na grade, no fechamento ou no fim da duração mínima', async () => {
    const espaco = await emLisboa('08:00', '20:10', { passoMinutos: 60, duracaoMinimaMinutos: 50 });
    const data = Temporal.Now.plainDateISO(LISBOA).add({ days: 20 });
    const pedir = async (de: string, ate: string) => {
      const feita = await f.reservar(ana, espaco.id, { inicio: em(data, 0, de), fim: em(data, 0, ate) });
      if (feita.status === 201) await f.cancelar(ana, feita.body.id);
      return recusa(feita);
    };
    for (const ate of ['11:00:00.001', '11:30', '10:59']) {
      expect(await pedir('10:00', ate)).toEqual([422, 'reservas.fim-fora-da-grade']);
      const query = new URLSearchParams({ inicio: em(data, 0, '10:00'), fim: em(data, 0, ate) }).toString();
      const { body } = await f.app.get<PorQueHttp>(`/v1/espacos/${espaco.id}/porque?${query}`);
      expect(body.impedimento).toMatchObject({ regra: 'FORA_DA_GRADE', code: 'reservas.fim-fora-da-grade' });
    }
    for (const [de, ate] of [
      ['10:00', '11:00'],
      ['10:00', '12:00'],
      ['10:00', '10:50'],
      ['19:00', '20:10'],
    ] as const)
      expect(await pedir(de, ate)).toEqual([201, undefined]);
  });
});

describe('séries', () => {
  it('o que a regra não pode querer dizer é recusado, em português, e nada é reservado', async () => {
    const espaco = await emLisboa('08:00', '20:00');
    const data = Temporal.Now.plainDateISO(LISBOA).add({ days: 20 });
    const comum = { espacoId: espaco.id, inicio: em(data, 0, '10:00'), fim: em(data, 0, '11:00') };
    for (const [regra, parte] of [
      ['FREQ=DAILY;COUNT=3;EXDATE=20261202', 'EXDATE'],
      ['FREQ=DAILY;COUNT=2;COUNT=3', 'COUNT'],
      ['FREQ=DAILY;COUNT=3;BYMONTH=13', 'BYMONTH'],
      ['FREQ=MONTHLY;COUNT=3;BYMONTHDAY=32', 'BYMONTHDAY'],
      ['FREQ=DAILY;COUNT=-1', 'COUNT'],
      ['FREQ=DAILY;COUNT=3;FOO=1', 'FOO'],
    ] as const) {
      const { status, body } = await criarSerie({ ...comum, regra });
      expect([status, body]).toEqual([
        422,
        expect.objectContaining({ code: 'reservas.regra-de-recorrencia-invalida', parte }),
      ]);
      expect(JSON.stringify(body)).toContain('A regra de recorrência não serve');
    }
    const feitas = await f.database.query('SELECT FROM reservas WHERE espaco_id = $1', [espaco.id]);
    expect(feitas).toHaveLength(0);
  });

  it('guarda as exceções que foram pedidas, e aceita o prefixo e o fim por data', async () => {
    const espaco = await emLisboa('08:00', '20:00');
    const data = Temporal.Now.plainDateISO(LISBOA).add({ days: 20 });
    const excecoes = [data.add({ days: 1 }).toString()];
    const { status, body } = await criarSerie({
      espacoId: espaco.id,
      inicio: em(data, 0, '10:00'),
      fim: em(data, 0, '11:00'),
      regra: `RRULE:FREQ=DAILY;UNTIL=${data.add({ days: 3 }).toString().replaceAll('-', '')}`,
      excecoes,
    });
    expect([status, body.serie.excecoes]).toEqual([201, excecoes]);
    expect(body.ocorrencias.map(({ inicio }) => inicio)).toEqual([0, 2, 3].map((dias) => em(data, dias, '10:00')));
    const lida = await f.app.get<SerieHttp>(`/v1/series/${body.serie.id}`, { token: ana.token });
    expect(lida.body.excecoes).toEqual(excecoes);
  });

  it('mudar uma série de dois inícios por dia guarda os dois', async () => {
    const espaco = await emLisboa('08:00', '20:00', { precoHoraCentavos: 0 });
    const data = Temporal.Now.plainDateISO(LISBOA).add({ days: 20 });
    const { body } = await criarSerie({
      espacoId: espaco.id,
      inicio: em(data, 0, '09:00'),
      fim: em(data, 0, '10:00'),
      regra: 'FREQ=DAILY;BYHOUR=9,15;COUNT=4',
    });
    for (const id of body.serie.reservas) await f.comStatus(id, 'CONFIRMADA');
    const mudada = await remarcarSerie(body.serie.id, {
      escopo: 'TODAS',
      reservaId: body.serie.reservas[0],
      inicio: em(data, 0, '11:00'),
      fim: em(data, 0, '12:30'),
    });
    expect(mudada.status).toBe(200);
    expect(await periodosDe(mudada.body)).toEqual(
      [0, 1].flatMap((dias) => [
        { inicio: em(data, dias, '11:00'), fim: em(data, dias, '12:30') },
        { inicio: em(data, dias, '17:00'), fim: em(data, dias, '18:30') },
      ]),
    );
  });

  it('quem mudaria para uma hora que o seu dia não tem fica onde está, como ao criar ficaria de fora', async () => {
    const espaco = await emLisboa('00:00', '00:00', { precoHoraCentavos: 0 });
    const data = diaDe(23);
    const { body } = await criarSerie({
      espacoId: espaco.id,
      inicio: em(data, -1, '10:00'),
      fim: em(data, -1, '11:00'),
      regra: 'FREQ=DAILY;COUNT=3',
    });
    for (const id of body.serie.reservas) await f.comStatus(id, 'CONFIRMADA');
    const mudada = await remarcarSerie(body.serie.id, {
      escopo: 'TODAS',
      reservaId: body.serie.reservas[0],
      inicio: em(data, -1, '01:30'),
      fim: em(data, -1, '02:30'),
    });
    expect(mudada.status).toBe(200);
    expect((await periodosDe(mudada.body)).map(({ inicio }) => inicio)).toEqual([
      em(data, -1, '01:30'),
      em(data, 0, '10:00'),
      em(data, 1, '01:30'),
    ]);
    const { body: criada } = await criarSerie({
      espacoId: espaco.id,
      inicio: em(data, -1, '04:00'),
      fim: em(data, -1, '05:00'),
      regra: 'FREQ=DAILY;BYHOUR=1;BYMINUTE=0;COUNT=3',
      modo: 'PULAR_CONFLITOS',
    });
    expect(criada.ocorrencias.map(({ inicio }) => inicio)).not.toContain(em(data, 0, '02:00'));
  });

  it('as ocorrências de séries por pagar contam todas, ainda que as séries sejam pedidas ao mesmo tempo', async () => {
    const espaco = await emLisboa('08:00', '20:00', { quantidadeUnidades: 4 });
    const data = Temporal.Now.plainDateISO(LISBOA).add({ days: 20 });
    const pedido = {
      espacoId: espaco.id,
      inicio: em(data, 0, '10:00'),
      fim: em(data, 0, '11:00'),
      regra: 'FREQ=DAILY;COUNT=8',
      modo: 'PULAR_CONFLITOS',
    };
    const respostas = await Promise.all([0, 1, 2].map(() => criarSerie(pedido)));
    const ocorrencias = respostas.flatMap(({ body }) => body.ocorrencias);
    expect(ocorrencias.filter(({ resultado }) => resultado === 'RESERVADA')).toHaveLength(EM_SERIES);
    expect(new Set(ocorrencias.map(({ codigo }) => codigo))).toEqual(new Set([null, 'reservas.retencoes-demais']));
    const vivas = await f.database.query(
      `SELECT FROM reservas WHERE cliente_id = $1 AND status = 'PENDENTE_PAGAMENTO'`,
      [ana.id],
    );
    expect(vivas).toHaveLength(EM_SERIES);
    // What is not of a series has its own limit, and other people theirs.
    expect((await f.reservar(ana, espaco.id, { inicio: em(data, 0, '15:00'), fim: em(data, 0, '16:00') })).status).toBe(
      201,
    );
    expect((await criarSerie({ ...pedido, regra: 'FREQ=DAILY;COUNT=2' }, await f.pessoa())).status).toBe(201);
  });
});

describe('o que se pergunta tem limite', () => {
  it('os inícios vêm em partes, e todas juntas são todos', async () => {
    const espaco = await emLisboa('00:00', '00:00', { passoMinutos: 1, duracaoMinimaMinutos: 1 });
    const data = Temporal.Now.plainDateISO(LISBOA).add({ days: 20 });
    const ate = em(data, 5, '00:00');
    const vistos: string[] = [];
    for (let de: string | null = em(data, 0, '00:00'); de !== null;) {
      const { body }: { body: DisponibilidadeHttp } = await disponibilidade(espaco, { de, ate });
      expect(body.inicios.length).toBeLessThanOrEqual(3_000);
      vistos.push(...body.inicios);
      de = body.proximoInicio;
    }
    expect(new Set(vistos).size).toBe(vistos.length);
    expect(vistos).toHaveLength((Date.parse(ate) - Date.parse(em(data, 0, '00:00'))) / 60_000);
  });

  it.each(['cotacoes', 'reservas', 'fila', 'series'])('%s recusa já um período de séculos', async (rota) => {
    const espaco = await emLisboa('00:00', '00:00');
    const corpo = {
      espacoId: espaco.id,
      inicio: em(Temporal.Now.plainDateISO(LISBOA), 20, '00:00'),
      fim: '2099-01-01T00:00:00Z',
      ...(rota === 'series' && { regra: 'FREQ=DAILY;COUNT=104' }),
    };
    expect(recusa(await f.app.post(`/v1/${rota}`, corpo, { token: ana.token }))).toEqual([
      422,
      'reservas.duracao-fora-do-permitido',
    ]);
  });

  it('nem num espaço sem horizonte se reserva, ou se espera, além do da plataforma', async () => {
    const espaco = await emLisboa('00:00', '00:00', { horizonteDias: null });
    const longe = Temporal.Now.plainDateISO(LISBOA).add({ days: 1_830 });
    const corpo = { espacoId: espaco.id, inicio: em(longe, 0, '10:00'), fim: em(longe, 0, '11:00') };
    for (const rota of ['cotacoes', 'reservas', 'fila'])
      expect(recusa(await f.app.post(`/v1/${rota}`, corpo, { token: ana.token }))).toEqual([
        422,
        'reservas.alem-do-horizonte',
      ]);
  });

  it('por que não, de três meses: longo demais, e o que se pode no lugar', async () => {
    const espaco = await emLisboa('08:00', '20:00');
    const data = Temporal.Now.plainDateISO(LISBOA).add({ days: 20 });
    const query = new URLSearchParams({ inicio: em(data, 0, '10:00'), fim: em(data, 90, '10:00') }).toString();
    const { status, body } = await f.app.get<PorQueHttp>(`/v1/espacos/${espaco.id}/porque?${query}`);
    expect([status, body.impedimento?.regra]).toEqual([200, 'LONGO_DEMAIS']);
    expect(body.alternativas.outrosHorarios.map(horas)).toContain(8);
  });

  it('uma espera que um dos espaços da busca não pode atender não impede a dos outros', async () => {
    const cidade = `Cidade ${randomUUID()}`;
    await emLisboa('08:00', '20:00', { cidade, duracaoMaximaMinutos: 60, precoHoraCentavos: 100 });
    const serve = await emLisboa('08:00', '20:00', { cidade, precoHoraCentavos: 200 });
    const data = Temporal.Now.plainDateISO(LISBOA).add({ days: 20 });
    const corpo = { busca: { cidade }, inicio: em(data, 0, '10:00'), fim: em(data, 0, '12:00') };
    const { status, body } = await f.app.post<{ reservaId: string }>('/v1/fila', corpo, { token: ana.token });
    expect(status).toBe(201);
    expect((await f.comStatus(body.reservaId, 'PENDENTE_PAGAMENTO')).espaco.id).toBe(serve.id);
  });
});
