import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestDatabase } from '@plataforma/testing';
import { migrations } from '../src/app.module.js';
import { LISTA_DE_USUARIOS } from '../src/application/administrar-usuarios.js';

/** Of 8 kB: what a page of twenty may look at, far less than the table. */
const MAX_BLOCOS = 400;
const PESSOAS = 50_000;

describe('A lista de pessoas, com 50 mil', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await TestDatabase.create('auth', migrations);
    // The few that somebody looks for are the oldest: the list begins with the newest.
    await database.query(
      `SET LOCAL session_replication_role = replica;
       INSERT INTO usuarios (id, nome, email, senha_hash, papeis, idioma, desativado_em)
       SELECT (lpad(to_hex(n), 12, '0') || '7000' || '8000' || lpad(to_hex(n), 12, '0'))::uuid,
              'Pessoa', 'pessoa-' || n || '@exemplo.com', '$argon2id$x', CASE WHEN n <= 30 THEN '{CLIENTE,ADMIN}'::text[] ELSE '{CLIENTE}' END,
              'pt-BR', CASE WHEN n <= 60 THEN now() END
         FROM generate_series(1, ${PESSOAS}) AS n`,
    );
    await database.query('VACUUM ANALYZE usuarios');
  });
  afterAll(() => database.drop());

  it.each<[string, (string | null)[]]>([
    ['todas', [null, null, null]],
    ['de um e-mail', ['pessoa-7@exemplo.com', null, null]],
    ['de um papel de quase todos', [null, 'CLIENTE', null]],
    ['de um papel de poucos', [null, 'ADMIN', null]],
    ['de um papel de ninguém', [null, 'OPERADOR', null]],
    ['as ativas', [null, null, 'ATIVA']],
    ['as desativadas, que são poucas', [null, null, 'DESATIVADA']],
  ])('%s: uma página não olha o resto da tabela', async (_, filtro) => {
    expect(await database.blocksOf(LISTA_DE_USUARIOS, [null, ...filtro, 21])).toBeLessThan(MAX_BLOCOS);
  });
});
