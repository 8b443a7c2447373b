import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EspacoHttp, FUSOS } from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import { Temporal } from 'temporal-polyfill';
import { Reconstrucao } from '../src/infrastructure/reconstrucao.js';
import { EspacosFixture, periodo } from './espacos-fixture.js';

let f: EspacosFixture;

beforeAll(async () => {
  f = await EspacosFixture.start();
});
afterAll(() => f.stop());

const DIAS = [1, 2, 3, 4, 5, 6, 7].map((diaSemana) => ({ diaSemana, abre: '00:00', fecha: '00:00' }));

it('os fusos aceitos são os que Intl, Temporal e PostgreSQL conhecem, e nos dois primeiros contam as mesmas horas', async () => {
  const desconhecidos = await f.database.query(
    'SELECT fuso FROM unnest($1::text[]) AS fuso WHERE fuso NOT IN (SELECT name FROM pg_timezone_names)',
    [FUSOS],
  );
  expect(desconhecidos).toEqual([]);
  for (const timeZone of FUSOS) {
    const formato = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
    for (let ms = Date.UTC(2026, 0, 1, 12); ms < Date.UTC(2028, 0, 1); ms += 15 * 86_400_000) {
      const local = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDateTime();
      expect([timeZone, local.toString({ smallestUnit: 'minute' }).replace('T', ' ')]).toEqual([
        timeZone,
        formato.format(ms),
      ]);
    }
  }
});

describe('o fuso de um espaço', () => {
  it.each(['IST', 'ECT', 'ACT', 'JST', 'ist', 'SystemV/AST4', 'posix/UTC', 'GMT+3', '+03:00', 'BRT'])(
    '%s, que só alguns conhecem, é recusado no cadastro e na reserva',
    async (fuso) => {
      const { status, body } = await f.criar({ fuso });
      expect([status, (body as unknown as { erros: { campo: string }[] }).erros.map(({ campo }) => campo)]).toEqual([
        400,
        ['fuso'],
      ]);
      const { id } = await f.publicado();
      const reserva = await f.app.post('/v1/reservas', { espacoId: id, ...periodo(3, 10), fuso }, { token: f.cliente });
      expect([reserva.status, reserva.body['code']]).toEqual([400, 'requisicao.invalida']);
    },
  );

  it.each([
    ['Asia/Calcutta', 'Asia/Kolkata'],
    ['Europe/Kiev', 'Europe/Kyiv'],
    ['Etc/UTC', 'UTC'],
    ['Brazil/East', 'America/Sao_Paulo'],
  ])('é guardado pelo nome de hoje, e %s e %s são o mesmo em reservas, remarcações e séries', async (antigo, atual) => {
    const cadastrado = await f.publicado({ fuso: antigo, horarios: DIAS });
    expect(cadastrado.fuso).toBe(atual);
    const { id } = await f.publicado({ fuso: atual, horarios: DIAS });
    const pedir = (caminho: string, corpo: object) =>
      f.app.post(caminho, { espacoId: id, ...corpo, fuso: antigo }, { token: f.cliente });
    expect((await pedir('/v1/reservas', periodo(3, 12))).status).toBe(201);
    expect((await pedir('/v1/series', { ...periodo(4, 12), regra: 'FREQ=DAILY;COUNT=2' })).status).toBe(201);
    // Moving asks for a booking that is paid for; the zone is looked at before that.
    const { body } = await pedir('/v1/reservas', periodo(7, 12));
    const { status, body: recusa } = await f.app.post(
      `/v1/reservas/${String(body['id'])}/remarcacao`,
      { ...periodo(8, 12), fuso: antigo },
      { token: f.cliente },
    );
    expect([status, recusa['code']]).toEqual([409, 'reservas.aguarda-pagamento']);
  });

  it('os que alguma vez se gravaram com outro nome passam ao de hoje', async () => {
    const { id } = await f.publicado({ horarios: DIAS });
    const renomear = async (fuso: string) => {
      await f.database.query('UPDATE espacos SET fuso = $2 WHERE id = $1', [id, fuso]);
      await f.database.query('UPDATE reservas SET fuso = $2 WHERE espaco_id = $1', [id, fuso]);
    };
    await renomear('Asia/Calcutta');
    expect((await f.reservar(id, periodo(3, 10))).status).toBe(201);
    await renomear('IST');
    await f.database.query(await readFile(new URL('../migrations/0137-fusos-de-hoje.sql', import.meta.url), 'utf8'));
    const [espaco] = await f.database.query('SELECT fuso FROM espacos WHERE id = $1', [id]);
    const [reserva] = await f.database.query('SELECT fuso FROM reservas WHERE espaco_id = $1', [id]);
    expect([espaco, reserva]).toEqual([{ fuso: 'Asia/Kolkata' }, { fuso: 'Asia/Kolkata' }]);
    // The events say it as it was said then; what is made of them does not.
    expect((await new Reconstrucao(f.app.nest.get(Database)).run(false)).diferencas).toEqual([]);
    expect(
      (await f.app.get(`/v1/espacos/${id}/disponibilidade?de=${periodo(4, 0).inicio}&ate=${periodo(5, 0).inicio}`))
        .status,
    ).toBe(200);
  });
});

describe('o dia de uma reserva nos relatórios', () => {
  /** Zones whose rules changed of late, or skip a day, or a midnight: where two editions of tzdata are likely to differ. */
  it.each([
    ['Africa/Casablanca', '2026-10-10T23:30:00Z'],
    ['America/Vancouver', '2026-11-10T07:30:00Z'],
    ['America/Edmonton', '2026-11-10T06:30:00Z'],
    ['Pacific/Apia', '2011-12-30T10:30:00Z'],
    ['America/Sao_Paulo', '2018-11-04T03:15:00Z'],
    ['Asia/Kathmandu', '2026-03-10T18:20:00Z'],
    ['Pacific/Kiritimati', '2026-03-10T10:00:00Z'],
  ])('em %s é o mesmo que para o resto da plataforma', async (fuso, inicio) => {
    const dia = Temporal.Instant.from(inicio).toZonedDateTimeISO(fuso).toPlainDate();
    const espaco = await f.publicado({ fuso, horarios: DIAS });
    await f.database.query(
      `INSERT INTO reservas (id, cliente_id, espaco_id, status, inicio, fim, fuso, valor_centavos, reembolso_centavos,
                             moeda, expira_em, pagamento_id, versao, criada_em, cobranca_id, pago_centavos)
       VALUES ($1, $1, $2, 'CONFIRMADA', $3, $3::timestamptz + interval '30 minutes', $4, 1000, 0, 'BRL', $3, $1, 1, $3, $1, 1000)`,
      [randomUUID(), espaco.id, inicio, fuso],
    );
    const linhas = async (relatorio: string, de: Temporal.PlainDate, ate: Temporal.PlainDate) => {
      const rota = `/v1/relatorios/${relatorio}de=${de.toString()}&ate=${ate.toString()}&espacoId=${espaco.id}`;
      const { status, body } = await f.app.get<{ linhas: Record<string, unknown>[] }>(rota, { token: f.admin });
      expect(status).toBe(200);
      return body.linhas;
    };
    const [antes, depois] = [dia.subtract({ days: 1 }), dia.add({ days: 1 })];
    for (const [de, ate] of [
      [antes, depois],
      [dia, dia],
    ] as const) {
      expect(await linhas('receita?', de, ate)).toEqual([
        expect.objectContaining({ dia: dia.toString(), reservas: 1 }),
      ]);
      expect(await linhas('antecedencia?', de, ate)).toHaveLength(1);
      const usados = (await linhas('ocupacao?', de, ate)).filter(({ minutosOcupados }) => minutosOcupados !== 0);
      expect(usados.map((linha) => [linha['dia'], linha['minutosOcupados']])).toEqual([[dia.toString(), 30]]);
    }
    for (const vizinho of [antes, depois]) expect(await linhas('receita?', vizinho, vizinho)).toEqual([]);
  });

  it('espaços de muitos fusos vêm num relatório só, por nome', async () => {
    const feitos: EspacoHttp[] = [];
    for (const fuso of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Europe/Lisbon'])
      feitos.push(await f.publicado({ nome: `Relatório ${fuso}`, fuso, horarios: DIAS }));
    for (const { id, fuso } of feitos)
      await f.database.query(
        `INSERT INTO reservas (id, cliente_id, espaco_id, status, inicio, fim, fuso, valor_centavos, reembolso_centavos,
                               moeda, expira_em, pagamento_id, versao, criada_em, cobranca_id, pago_centavos)
         VALUES ($1, $1, $2, 'CONFIRMADA', '2025-05-05T10:30:00Z', '2025-05-05T11:30:00Z', $3, 1000, 0, 'BRL', now(), $1, 1, now(), $1, 1000)`,
        [randomUUID(), id, fuso],
      );
    const { body } = await f.app.get<{ linhas: { espaco: string; dia: string }[] }>(
      '/v1/relatorios/receita?de=2025-05-04&ate=2025-05-06',
      { token: f.admin },
    );
    expect(body.linhas.map(({ espaco, dia }) => [espaco, dia])).toEqual([
      ['Relatório Europe/Lisbon', '2025-05-05'],
      ['Relatório Pacific/Kiritimati', '2025-05-06'],
      ['Relatório Pacific/Pago_Pago', '2025-05-04'],
    ]);
  });
});
