import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CalendarioCriadoHttp, EspacoHttp, ReservaHttp, SerieCriadaHttp } from '@plataforma/contracts';
import { eventually, longestTurn, MAX_TURN_MS, type TestResponse } from '@plataforma/testing';
import { type Pessoa, ReservasFixture } from './reservas-fixture.js';

const DIA_MS = 86_400_000;

let f: ReservasFixture;
let ana: Pessoa;
let espaco: EspacoHttp;
let porDia: EspacoHttp;
/** Monday of the week after the next but one. */
let base: number;

const hhmm = (minutos: number) =>
  `${String(Math.floor(minutos / 60) % 24).padStart(2, '0')}:${String(minutos % 60).padStart(2, '0')}`;
const iso = (dias: number, horas = 0) => new Date(base + dias * DIA_MS + horas * 3_600_000).toISOString();
const data = (dias: number) => iso(dias).slice(0, 10);

/** All that the contract lets an admin say: ten stretches a day, exceptions, price rules, units, a grid of minutes. */
const dificil = () => ({
  fuso: 'Etc/UTC',
  horarios: [1, 2, 3, 4, 5, 6, 7].flatMap((diaSemana) =>
    Array.from({ length: 10 }, (_, i) => ({ diaSemana, abre: hhmm(i * 144), fecha: hhmm((i + 1) * 144) })),
  ),
  // Of other dates: they are looked through, and the ten stretches stay.
  excecoes: Array.from({ length: 400 }, (_, i) => ({ data: data(-401 + i), horarios: [] })),
  regrasDePreco: Array.from({ length: 50 }, (_, i) => ({
    tipo: 'PICO',
    descricao: `Regra ${i}`,
    percentual: 1_000 - i * 20,
    de: hhmm(i * 28),
    ate: hhmm(i * 28 + 14),
    diasSemana: [1, 2, 3, 4, 5, 6, 7],
    dataDe: data(-30),
    dataAte: data(2_000),
  })),
  quantidadeUnidades: 500,
  duracaoMinimaMinutos: 1,
  duracaoMaximaMinutos: 31 * 1_440,
  passoMinutos: 1,
  precoHoraCentavos: 0,
});

beforeAll(async () => {
  f = await ReservasFixture.start({ SEED_DEMO: 'false', RETENCOES_POR_PESSOA: '1000' });
  ana = await f.pessoa();
  const hoje = Math.floor(Date.now() / DIA_MS);
  base = (hoje + 14 + ((11 - (hoje % 7)) % 7)) * DIA_MS;
  espaco = await f.publicado(dificil());
  porDia = await f.publicado({
    fuso: 'Europe/Lisbon',
    unidadeDuracao: 'DIA',
    horarios: [1, 2, 3, 4, 5, 6, 7].map((diaSemana) => ({ diaSemana, abre: '00:00', fecha: '00:00' })),
    duracaoMinimaMinutos: 1_440,
    duracaoMaximaMinutos: 31 * 1_440,
    passoMinutos: 1_440,
    precoHoraCentavos: 0,
    precoDiaCentavos: 0,
    quantidadeUnidades: 500,
  });
});
afterAll(() => f.stop());

/** Bookings of the past that `espaco` has had, each of another person: so many a day, for so many days from `de` on. */
const feitas = (espacoId: string, clienteId: string | null, de: number, dias: number, porDia: number) =>
  f.database.query(
    `WITH novas AS (
       INSERT INTO reservas (id, cliente_id, espaco_id, status, inicio, fim, fuso, valor_centavos, reembolso_centavos,
                             moeda, expira_em, versao, criada_em, cobranca_id, pago_centavos)
       SELECT gen_random_uuid(), coalesce($2, gen_random_uuid()), id, 'CONFIRMADA', quando, quando + interval '10 minutes', fuso,
              123456, 0, 'BRL', quando, 1, quando - interval '3 days', gen_random_uuid(), 123456
         FROM espacos, generate_series(0, $4::int - 1) d, generate_series(0, $5::int - 1) n,
              LATERAL (SELECT $3::timestamptz + make_interval(days => d, secs => n * 86400 / $5::int) AS quando) q
        WHERE espacos.id = $1 RETURNING id)
     INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados, publicado_em)
     SELECT gen_random_uuid(), 'reserva/' || id, 1, 'reserva.criada.v1', '{}', '{"correlationid":"x"}', now() FROM novas`,
    [espacoId, clienteId, iso(de), dias, porDia],
  );

/** How long it keeps everybody else waiting, ms. */
const holds = (work: () => Promise<TestResponse<unknown>>, esperado: number): Promise<number> =>
  longestTurn(async () => {
    const { status, body } = await work();
    expect([status, status === esperado ? undefined : body]).toEqual([esperado, undefined]);
  });

const post = (rota: string, corpo: object) => f.app.post<unknown>(rota, corpo, { token: ana.token });
const get = (rota: string, query: Record<string, string>) =>
  f.app.get(`${rota}?${new URLSearchParams(query).toString()}`, { token: ana.token });
const serie = (regra: string, fim: string, campos: object = {}) =>
  f.app.post<SerieCriadaHttp>(
    '/v1/series',
    { espacoId: espaco.id, inicio: iso(0, 1), fim, regra, ...campos },
    { token: ana.token },
  );
const HORAS = Array.from({ length: 24 }, (_, i) => i).join(',');
/** The most and the longest that fit one after the other: 104 times seventeen days. */
const MUITAS = 'FREQ=DAILY;INTERVAL=17;COUNT=104';

describe('o pior que se aceita', () => {
  it.each<[string, number, () => Promise<TestResponse<unknown>>]>([
    ['cotação de 31 dias', 201, () => post('/v1/cotacoes', { espacoId: espaco.id, inicio: iso(0), fim: iso(31) })],
    ['reserva de 31 dias', 201, () => post('/v1/reservas', { espacoId: espaco.id, inicio: iso(0), fim: iso(31) })],
    [
      'recorrência de 104 ocorrências onde tudo é difícil',
      200,
      () => post('/v1/buscas/recorrencia', { espacos: [espaco.id], inicio: iso(0, 1), fim: iso(0, 3), regra: MUITAS }),
    ],
    [
      'linha do tempo de 31 dias onde tudo é difícil',
      200,
      () => get('/v1/linha-do-tempo', { espacos: espaco.id, de: iso(0), ate: iso(31), limite: '1' }),
    ],
    ['reserva de 31 dias, por dia', 201, () => post('/v1/reservas', noDia())],
    [
      'disponibilidade de 92 dias, de minuto em minuto',
      200,
      () => get(`/v1/espacos/${espaco.id}/disponibilidade`, { de: iso(0), ate: iso(92) }),
    ],
    [
      'disponibilidade de 92 dias, por 31 dias',
      200,
      () =>
        get(`/v1/espacos/${espaco.id}/disponibilidade`, {
          de: iso(0),
          ate: iso(92),
          duracaoMinutos: String(31 * 1_440),
        }),
    ],
    [
      'por que não, de 31 dias',
      200,
      () => get(`/v1/espacos/${espaco.id}/porque`, { inicio: iso(0), fim: iso(31), pessoas: '9999' }),
    ],
    [
      'procura do que tem um minuto livre em 31 dias',
      200,
      () => get('/v1/espacos', { livreDe: iso(0), livreAte: iso(31), livreMinutos: '1' }),
    ],
    [
      'procura do texto mais longo, com tudo o que se pode pedir',
      200,
      () =>
        get('/v1/espacos', {
          texto: 'é '.repeat(50).trim(),
          cidade: 'São Paulo',
          recursos: Array.from({ length: 20 }, (_, n) => `recurso-${n}`).join(','),
          limite: '100',
          livreDe: iso(0),
          livreAte: iso(31),
          livreMinutos: '1',
        }),
    ],
    [
      'espera de 31 dias, uma semana antes ou depois',
      201,
      () => post('/v1/fila', { espacoId: espaco.id, inicio: iso(40), fim: iso(71), flexibilidadeMinutos: 10_080 }),
    ],
    ['série de 104 vezes dezessete dias', 201, () => serie(MUITAS, iso(17))],
    [
      'série da regra mais cara',
      201,
      () => serie(`FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=${HORAS};BYSETPOS=-1;COUNT=5`, iso(0, 2)),
    ],
  ])('%s', async (_, status, work) => {
    expect(await holds(work, status)).toBeLessThanOrEqual(MAX_TURN_MS);
  });

  describe('de quem teve muito', () => {
    const ANO = { de: -500, ate: -135 };
    beforeAll(async () => {
      await feitas(espaco.id, ana.id, -20, 10, 100);
      // As many as five hundred desks of a room have in a day, forty each, and a year of some.
      await feitas(espaco.id, null, ANO.de, 2, 20_000);
      await feitas(espaco.id, null, ANO.de + 2, 363, 20);
      await f.database.query('ANALYZE reservas; ANALYZE eventos');
    }, 300_000);
    const relatorio = (nome: string, consulta: Record<string, string> = {}) =>
      f.app.get(
        `/v1/relatorios/${nome}?${new URLSearchParams({ espacoId: espaco.id, de: data(ANO.de), ate: data(ANO.ate), ...consulta }).toString()}`,
        { token: f.admin.token },
      );

    it.each<[string, () => Promise<TestResponse<unknown>>]>([
      ['ocupação de um ano, por hora', () => relatorio('ocupacao', { por: 'hora' })],
      ['ocupação de um ano, por hora, em CSV', () => relatorio('ocupacao', { por: 'hora', formato: 'csv' })],
      ['ocupação de um ano, por espaço', () => relatorio('ocupacao', { por: 'espaco' })],
      ['receita de um ano', () => relatorio('receita')],
      ['antecedência de um ano', () => relatorio('antecedencia')],
      ['ausências de um ano', () => relatorio('ausencias')],
      ['cancelamentos de um ano', () => relatorio('cancelamentos')],
    ])('relatório: %s', async (_, work) => expect(await holds(work, 200)).toBeLessThanOrEqual(MAX_TURN_MS));

    it.each<[string, object]>([
      ['de uma pessoa', { escopo: 'USUARIO' }],
      ['de um espaço', { escopo: 'ESPACO' }],
    ])('calendário %s, de mil reservas', async (_, escopo) => {
      const doEspaco = 'escopo' in escopo && escopo.escopo === 'ESPACO';
      const { body } = await f.app.post<CalendarioCriadoHttp>(
        '/v1/calendarios',
        { ...escopo, ...(doEspaco && { espacoId: espaco.id }) },
        { token: doEspaco ? f.admin.token : ana.token },
      );
      const ler = async () => {
        const lido = await f.app.get<string>(body.caminho);
        expect(lido.body.match(/^BEGIN:VEVENT/gm)).toHaveLength(1_000);
        return lido;
      };
      expect(await holds(ler, 200)).toBeLessThanOrEqual(MAX_TURN_MS);
    });

    it('a lista do que uma pessoa reservou', async () =>
      expect(await holds(() => get('/v1/reservas', { feitas: 'true', limite: '100' }), 200)).toBeLessThanOrEqual(
        MAX_TURN_MS,
      ));
  });

  it('mudar de horário uma reserva de 31 dias, e uma série de 104 ocorrências', async () => {
    const uma = await f.app.post<ReservaHttp>(
      '/v1/reservas',
      { espacoId: espaco.id, inicio: iso(0), fim: iso(31) },
      { token: ana.token },
    );
    await f.comStatus(uma.body.id, 'CONFIRMADA');
    let horas = 0;
    const mudar = () =>
      post(`/v1/reservas/${uma.body.id}/remarcacao`, { inicio: iso(0, ++horas), fim: iso(31, horas) });
    expect(await holds(mudar, 200)).toBeLessThanOrEqual(MAX_TURN_MS);

    const { body } = await serie(MUITAS, iso(17), { cobranca: 'SERIE' });
    await eventually(async () => (await f.comStatus(body.serie.reservas.at(-1) ?? '', 'CONFIRMADA')).id, 60_000);
    const mudarTodas = () =>
      post(`/v1/series/${body.serie.id}/remarcacao`, {
        escopo: 'TODAS',
        reservaId: body.serie.reservas[0],
        inicio: iso(0, ++horas),
        fim: iso(16, horas),
      });
    expect(await holds(mudarTodas, 200)).toBeLessThanOrEqual(MAX_TURN_MS);
  });
});

/** One that begins and ends at midnight in Lisbon, in winter or summer. */
function noDia() {
  const meiaNoite = (dias: number) => {
    const dia = new Date(base + dias * DIA_MS);
    const hora = Number(
      new Intl.DateTimeFormat('en', { timeZone: 'Europe/Lisbon', hour: 'numeric', hourCycle: 'h23' }).format(dia),
    );
    return new Date(dia.getTime() - hora * 3_600_000).toISOString();
  };
  return { espacoId: porDia.id, inicio: meiaNoite(0), fim: meiaNoite(31) };
}

describe('o pior que se recusa', () => {
  const FIM_DOS_TEMPOS = '9999-12-31T23:59:59Z';
  it.each<[string, number, () => Promise<TestResponse<unknown>>]>([
    [
      'cotação de oito mil anos',
      400,
      () => post('/v1/cotacoes', { espacoId: espaco.id, inicio: iso(0), fim: FIM_DOS_TEMPOS }),
    ],
    [
      'reserva de um século',
      422,
      () => post('/v1/reservas', { espacoId: espaco.id, inicio: iso(0), fim: iso(25_000) }),
    ],
    ['espera de um século', 422, () => post('/v1/fila', { espacoId: espaco.id, inicio: iso(0), fim: iso(25_000) })],
    [
      'espera de um século por uma busca',
      422,
      () => post('/v1/fila', { busca: { cidade: 'São Paulo' }, inicio: iso(0), fim: iso(25_000) }),
    ],
    [
      'procura do que está livre por um século',
      422,
      () => get('/v1/espacos', { livreDe: iso(0), livreAte: iso(25_000), livreMinutos: '1' }),
    ],
    ['procura de um texto sem fim', 400, () => get('/v1/espacos', { texto: '\u00e9\u0301'.repeat(600) })],
    [
      'linha do tempo de um século',
      422,
      () => get('/v1/linha-do-tempo', { espacos: espaco.id, de: iso(0), ate: iso(25_000) }),
    ],
    ...['ocupacao', 'receita', 'antecedencia', 'ausencias', 'cancelamentos'].map(
      (nome): [string, number, () => Promise<TestResponse<unknown>>] => [
        `relatório de oitenta anos: ${nome}`,
        422,
        () => f.app.get(`/v1/relatorios/${nome}?de=2010-01-01&ate=2090-01-01`, { token: f.admin.token }),
      ],
    ),
    ['calendário que não existe', 404, () => get(`/v1/calendarios/feed/${'a'.repeat(43)}.ics`, {})],
    ['série de um século por ocorrência', 422, () => serie('FREQ=DAILY;COUNT=104', iso(25_000))],
    [
      'disponibilidade de um século',
      422,
      () => get(`/v1/espacos/${espaco.id}/disponibilidade`, { de: iso(0), ate: iso(25_000) }),
    ],
    ['por que não um século', 422, () => get(`/v1/espacos/${espaco.id}/porque`, { inicio: iso(0), fim: iso(25_000) })],
    [
      'regra que dá um instante por minuto',
      422,
      () =>
        serie(`FREQ=DAILY;BYHOUR=${HORAS};BYMINUTE=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14;BYSETPOS=366;COUNT=1`, iso(0, 2)),
    ],
    [
      'regra que nunca dá nada',
      422,
      () => serie(`FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;BYHOUR=${HORAS};COUNT=1`, iso(0, 2)),
    ],
    ['regra que não acaba', 422, () => serie(`FREQ=DAILY;BYHOUR=${HORAS};UNTIL=99991231`, iso(0, 2))],
    [
      'regra anual sem posição que exista',
      422,
      () => serie(`FREQ=YEARLY;BYDAY=MO;BYHOUR=${HORAS};BYMONTH=2;BYSETPOS=366;COUNT=104`, iso(0, 2)),
    ],
    [
      'série de que nem tudo cabe',
      409,
      () => serie('FREQ=DAILY;INTERVAL=17;COUNT=104', iso(17), { excecoes: [], inicio: iso(-30), fim: iso(-13) }),
    ],
  ])('%s', async (_, status, work) => {
    expect(await holds(work, status)).toBeLessThanOrEqual(MAX_TURN_MS);
  });

  it('mudar de horário uma reserva, e uma série, por um século', async () => {
    const { body: uma } = await f.app.post<ReservaHttp>(
      '/v1/reservas',
      { espacoId: espaco.id, inicio: iso(0), fim: iso(31) },
      { token: ana.token },
    );
    await f.comStatus(uma.id, 'CONFIRMADA');
    const { body } = await serie(MUITAS, iso(17), { cobranca: 'SERIE' });
    await f.comStatus(body.serie.reservas.at(-1) ?? '', 'CONFIRMADA');
    const mudar = (fim: string) => post(`/v1/reservas/${uma.id}/remarcacao`, { inicio: iso(0), fim });
    expect(await holds(() => mudar(iso(25_000)), 422)).toBeLessThanOrEqual(MAX_TURN_MS);
    expect(await holds(() => mudar(FIM_DOS_TEMPOS), 400)).toBeLessThanOrEqual(MAX_TURN_MS);
    const mudarTodas = (fim: string) =>
      post(`/v1/series/${body.serie.id}/remarcacao`, {
        escopo: 'TODAS',
        reservaId: body.serie.reservas[0],
        inicio: iso(0),
        fim,
      });
    expect(await holds(() => mudarTodas(iso(25_000)), 422)).toBeLessThanOrEqual(MAX_TURN_MS);
    expect(await holds(() => mudarTodas(FIM_DOS_TEMPOS), 400)).toBeLessThanOrEqual(MAX_TURN_MS);
  });
});
