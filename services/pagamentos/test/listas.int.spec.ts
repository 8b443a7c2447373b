import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestDatabase } from '@plataforma/testing';
import { migrations } from '../src/app.module.js';
import { LISTA_DE_PAGAMENTOS } from '../src/application/consultar-pagamentos.js';

/** Of 8 kB: what a page of twenty may look at, far less than the table. */
const MAX_BLOCOS = 400;
const COBRANCAS = 50_000;
const cliente = randomUUID();
/** As they are made: in the order of time. */
const id = (n: number): string =>
  `${n.toString(16).padStart(8, '0')}-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

describe('A lista de pagamentos, com 50 mil', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await TestDatabase.create('pagamentos', migrations);
    await database.query(
      `SET LOCAL session_replication_role = replica;
       INSERT INTO cobrancas (id, reserva_id, cliente_id, valor_centavos, moeda, descricao, expira_em, estado, proxima_acao_em)
       SELECT id, id, CASE WHEN n <= 40 THEN '${cliente}'::uuid ELSE gen_random_uuid() END, 1000, 'BRL', '', now(), 'CANCELADA', NULL
         FROM (SELECT n, (lpad(to_hex(n), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id
                 FROM generate_series(1, ${COBRANCAS}) AS n) AS nova`,
    );
    await database.query('VACUUM ANALYZE cobrancas');
  });
  afterAll(() => database.drop());

  it.each<[string, (string | null)[]]>([
    ['todos', [null, null, null]],
    ['todos, do meio', [null, null, id(COBRANCAS / 2)]],
    ['de uma pessoa', [null, cliente, null]],
    ['de uma reserva', [id(7), null, null]],
  ])('%s: uma página não olha o resto da tabela', async (_, filtro) => {
    expect(await database.blocksOf(LISTA_DE_PAGAMENTOS, [...filtro, 21])).toBeLessThan(MAX_BLOCOS);
  });
});
