import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { EspacoHttp, EspacosHttp, LinhaDoTempoHttp, RecorrenciaHttp } from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import { longestTurn, MAX_TURN_MS } from '@plataforma/testing';
import { HOJE, ReservasFixture } from './reservas-fixture.js';

const ESPACOS = 300;

let f: ReservasFixture;
let modelo: EspacoHttp;
const cidade = `Muitos ${randomUUID()}`;

/** Three hundred rooms that are booked ten times a day for seven days, each booking of another person. */
beforeAll(async () => {
  f = await ReservasFixture.start({ SEED_DEMO: 'false' });
  modelo = await f.publicado({ cidade, nome: 'Modelo', folgaDepoisMinutos: 15 });
  const { body: reserva } = await f.reservar(f.admin, modelo.id, f.periodo(30, 8));
  const colunas = async (tabela: string, ...menos: string[]) => {
    const [row] = await f.database.query<{ nomes: string }>(
      `SELECT string_agg(column_name, ', ') AS nomes FROM information_schema.columns
        WHERE table_name = $1 AND is_generated = 'NEVER' AND NOT column_name = ANY($2)`,
      [tabela, menos],
    );
    return row?.nomes ?? '';
  };
  const dosEspacos = await colunas('espacos', 'id', 'nome');
  const dasReservas = await colunas('reservas', 'id', 'cliente_id', 'espaco_id', 'inicio', 'fim', 'cobranca_id');
  await f.database.query(
    `CREATE TEMP TABLE novos AS SELECT gen_random_uuid() AS espaco, gen_random_uuid() AS unidade, n FROM generate_series(1, ${ESPACOS - 1}) n;
     INSERT INTO espacos (id, nome, ${dosEspacos}) SELECT x.espaco, 'Sala ' || x.n, ${dosEspacos} FROM espacos, novos x WHERE id = '${modelo.id}';
     INSERT INTO unidades (id, nome) SELECT unidade, 'Unidade ' || n FROM novos;
     INSERT INTO espaco_unidades (espaco_id, unidade_id) SELECT espaco, unidade FROM novos;
     CREATE TEMP TABLE feitas AS SELECT gen_random_uuid() AS id, x.*, '${f.periodo(10, 8).inicio}'::timestamptz
            + make_interval(days => d, mins => h * 72) AS inicio FROM novos x, generate_series(0, 6) d, generate_series(0, 9) h;
     INSERT INTO reservas (id, cliente_id, espaco_id, inicio, fim, cobranca_id, ${dasReservas})
     SELECT m.id, gen_random_uuid(), m.espaco, m.inicio, m.inicio + interval '55 minutes', m.id, ${dasReservas
       .split(', ')
       .map((coluna) => `r.${coluna}`)
       .join(', ')} FROM feitas m, reservas r WHERE r.id = '${reserva.id}';
     INSERT INTO ocupacoes (unidade_id, periodo, origem, reserva_id)
     SELECT unidade, tstzrange(inicio, inicio + interval '70 minutes'), 'RESERVA', id FROM feitas;`,
  );
  await f.database.query(
    'ANALYZE espacos; ANALYZE unidades; ANALYZE espaco_unidades; ANALYZE reservas; ANALYZE ocupacoes',
  );
});
afterAll(() => f.stop());

const linha = (dias: number, limite: number) => {
  const { inicio, fim } = f.periodo(10, 0, 24 * dias);
  const consulta = new URLSearchParams({ cidade, de: inicio, ate: fim, limite: String(limite) });
  return f.app.get<LinhaDoTempoHttp>(`/v1/linha-do-tempo?${consulta.toString()}`);
};
const recorrencia = () =>
  f.app.post<RecorrenciaHttp>('/v1/buscas/recorrencia', {
    cidade,
    ...f.periodo(10, 9),
    regra: 'FREQ=DAILY;COUNT=104',
    limite: 20,
  });

describe('De muitos espaços', () => {
  it.each([
    [1, 300, 1_000_000],
    [7, 50, 1_100_000],
  ])(
    'a linha do tempo de %i dia(s) de %i salas cheias vem em três consultas, e num tamanho que se pode mandar',
    async (dias, salas, bytes) => {
      const lidas = jest.spyOn(f.app.nest.get(Database), 'read');
      const perguntas = jest.spyOn(f.app.nest.get(Database), 'query');
      const { status, body } = await linha(dias, salas);
      const feitas = [...lidas.mock.calls, ...perguntas.mock.calls]
        .map(([sql]) => sql)
        .filter((sql) => /espacos|ocupacoes/.test(sql));
      lidas.mockRestore();
      perguntas.mockRestore();
      expect([status, body.itens.length]).toEqual([200, salas]);
      expect(body.itens.filter(({ ocupacoes }) => ocupacoes.length === 10 * dias).length).toBeGreaterThanOrEqual(
        salas - 1,
      );
      expect(feitas).toHaveLength(3);
      expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(bytes);
    },
  );

  const em = (dias: number) => new Date(Date.parse(HOJE) + dias * 86_400_000).toISOString().slice(0, 10);
  const ano = `de=${em(-183)}&ate=${em(182)}`;
  const relatorio = (nome: string) => async () => {
    const { status, body } = await f.app.get<{ linhas: unknown[] }>(`/v1/relatorios/${nome}`, { token: f.admin.token });
    expect([status, Array.isArray(body.linhas)]).toEqual([200, true]);
    return { status, body };
  };
  it.each<[string, () => Promise<{ status: number; body: unknown }>]>([
    ['a receita de um ano de todas', relatorio(`receita?${ano}`)],
    ['a antecedência de um ano de todas', relatorio(`antecedencia?${ano}`)],
    ['300 salas de um dia', () => linha(1, 300)],
    ['50 salas de uma semana', () => linha(7, 50)],
    ['104 ocorrências em 20 salas', recorrencia],
  ])('%s não prende quem mais pergunta', async (_, pedir) =>
    expect(await longestTurn(async () => expect((await pedir()).status).toBe(200))).toBeLessThanOrEqual(MAX_TURN_MS),
  );
});

describe('De muitos espaços tão grandes quanto se pode cadastrar', () => {
  beforeAll(async () => {
    // 100 KB each, which is as much as is taken of one.
    await f.database.query(
      `UPDATE espacos SET nome_ordenado = lower(nome), excecoes = (SELECT jsonb_agg(jsonb_build_object('data', '2026-01-01'::date + n, 'horarios', '[]'::jsonb,
         'descricao', rpad(n::text, 190, 'x'))) FROM generate_series(1, 390) n) WHERE cidade = $1`,
      [cidade],
    );
  });
  const buscar = (consulta: Record<string, string>) =>
    f.app.get<EspacosHttp>(`/v1/espacos?${new URLSearchParams({ cidade, limite: '100', ...consulta }).toString()}`);

  it.each([
    ['a procura', {}],
    [
      'a procura do que está livre',
      { livreDe: '2027-03-01T00:00:00Z', livreAte: '2027-03-31T00:00:00Z', livreMinutos: '60' },
    ],
  ])('%s não prende quem mais pergunta: uma página tem o que cabe, e a seguinte continua', async (_, consulta) => {
    const turn = await longestTurn(async () => {
      const { status, body } = await buscar(consulta);
      expect([status, body.itens.length > 0, body.proximo !== null]).toEqual([200, true, true]);
    });
    expect(turn).toBeLessThanOrEqual(MAX_TURN_MS);
  });

  it('todos se acham, página por página', async () => {
    const achados = new Set<string>();
    let cursor: string | null = '';
    for (let paginas = 0; cursor !== null && paginas < 100; paginas += 1) {
      const { body }: { body: EspacosHttp } = await buscar(cursor === '' ? {} : { cursor });
      for (const { id } of body.itens) achados.add(id);
      cursor = body.proximo;
    }
    expect([cursor, achados.size]).toEqual([null, ESPACOS]);
  });
});
