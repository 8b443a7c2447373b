import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestDatabase } from '@plataforma/testing';
import { migrations } from '../src/app.module.js';
import { LISTA_DE_SUPRESSOES } from '../src/application/supressoes.js';

/** Of 8 kB: what a page of twenty may look at, far less than the table. */
const MAX_BLOCOS = 400;
const ENDERECOS = 50_000;

describe('A lista de endereços suprimidos, com 50 mil', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await TestDatabase.create('notificacoes', migrations);
    await database.query(
      `SET LOCAL session_replication_role = replica;
       INSERT INTO supressoes (id, canal, endereco, motivo, desde)
       SELECT gen_random_uuid(), 'EMAIL', 'pessoa-' || n || '@exemplo.com', 'REJEITADO', now() - make_interval(secs => n)
         FROM generate_series(1, ${ENDERECOS}) AS n`,
    );
    await database.query('VACUUM ANALYZE supressoes');
  });
  afterAll(() => database.drop());

  it.each<[string, (string | null)[]]>([
    ['do começo', [null, null, null]],
    ['do meio', [new Date(Date.now() - 25_000_000).toISOString(), 'ffffffff-ffff-4fff-8fff-ffffffffffff', null]],
    ['de um endereço', [null, null, 'PESSOA-7@exemplo.com']],
  ])('%s: uma página não olha o resto da tabela', async (_, filtro) => {
    expect(await database.blocksOf(LISTA_DE_SUPRESSOES, [...filtro, 21])).toBeLessThan(MAX_BLOCOS);
  });
});
