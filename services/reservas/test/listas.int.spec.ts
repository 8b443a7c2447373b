import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { duePerRule } from '@plataforma/messaging';
import { TestDatabase } from '@plataforma/testing';
import { migrations } from '../src/app.module.js';
import { LISTA_DE_RESERVAS, porReferencia } from '../src/application/consultar-reservas.js';
import { REGRAS_DE_EXPURGO } from '../src/infrastructure/expurgo.js';

let database: TestDatabase;

beforeAll(async () => {
  database = await TestDatabase.create('reservas', migrations);
});
afterAll(() => database.drop());

describe('As listas de reservas, com 500 mil', () => {
  const RESERVAS = 500_000;
  interface Filtro {
    readonly status?: string;
    readonly espaco?: number;
    readonly cliente?: string;
    readonly referencia?: string;
  }
  /** Of 8 kB: what a page of twenty may look at, far less than the table. */
  const MAX_BLOCOS = 400;
  const espacos = Array.from({ length: 200 }, () => randomUUID());
  const cliente = randomUUID();

  beforeAll(async () => {
    await database.query(
      `INSERT INTO espacos (id, nome, tipo, descricao, cidade, endereco, fuso, capacidade, horarios, ocupa, duracao_minima_minutos,
                            duracao_maxima_minutos, passo_minutos, preco_hora_centavos, politica_cancelamento)
       SELECT id, 'Sala', 'SALA', '', 'Recife', '', 'America/Recife', 8, '[]', 'TODAS', 30, 480, 30, 1000, '[]' FROM unnest($1::uuid[]) AS id`,
      [espacos],
    );
    // Ids in the order of time, as they are made. What waits for approval is few, and the oldest; the first space has
    // half of all, so that neither its index nor that of a status alone would do.
    await database.query(
      `INSERT INTO reservas (id, cliente_id, espaco_id, status, motivo, inicio, fim, fuso, valor_centavos, moeda, expira_em,
                             versao, criada_em, cobranca_id)
       SELECT id, CASE WHEN n % 50000 = 0 THEN $2::uuid ELSE gen_random_uuid() END,
              ($1::uuid[])[CASE WHEN n % 2 = 0 THEN 1 ELSE 2 + n % 199 END], status,
              CASE status WHEN 'CANCELADA' THEN 'CLIENTE' END, now(), now() + interval '1 hour', 'America/Recife', 1000, 'BRL', now(), 1, now(), id
         FROM (SELECT n, (lpad(to_hex(n), 12, '0') || '7000' || '8000' || lpad(to_hex(n), 12, '0'))::uuid AS id,
                      CASE WHEN n <= 40 THEN 'PENDENTE_APROVACAO' WHEN n % 10 = 0 THEN 'CANCELADA' ELSE 'CONCLUIDA' END AS status
                 FROM generate_series(1, ${RESERVAS}) AS n) AS nova`,
      [espacos, cliente],
    );
    await database.query('VACUUM ANALYZE reservas');
  });

  it.each<[string, Filtro]>([
    ['todas', {}],
    ['de um estado de poucas', { status: 'PENDENTE_APROVACAO' }],
    ['de um estado de nenhuma', { status: 'NAO_COMPARECEU' }],
    ['de um estado de muitas', { status: 'CONCLUIDA' }],
    ['de um espaço', { espaco: 0 }],
    ['de um espaço e um estado de poucas', { espaco: 0, status: 'PENDENTE_APROVACAO' }],
    ['de um espaço e um estado de nenhuma', { espaco: 0, status: 'NAO_COMPARECEU' }],
    ['de uma pessoa', { cliente }],
    ['de uma pessoa e um estado', { cliente, status: 'PENDENTE_APROVACAO' }],
    ['pelo que as pessoas a chamam', { referencia: (250_000).toString(16).padStart(8, '0') }],
  ])('%s: uma página não olha o resto da tabela', async (_, { status, espaco, cliente: de, referencia }) => {
    const blocos = await database.blocksOf(
      referencia === undefined ? LISTA_DE_RESERVAS : porReferencia(LISTA_DE_RESERVAS),
      [
        de ?? null,
        status ?? null,
        espaco === undefined ? null : espacos[espaco],
        null,
        21,
        ...(referencia === undefined ? [] : [referencia]),
      ],
    );
    expect(blocos).toBeLessThan(MAX_BLOCOS);
  });
});

describe('O expurgo', () => {
  it.each(REGRAS_DE_EXPURGO)('encontra o que apaga de $table por um índice', async (regra) => {
    expect(await database.indexedPlan(duePerRule(regra), [regra.days])).not.toContain('Seq Scan');
  });
});
