import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestDatabase } from '@plataforma/testing';
import pg from 'pg';
import { prepareFloor } from './floor.ts';
import { migrationsOf } from './own-service.ts';

let database: TestDatabase;
let client: pg.Client;

/** One transaction of a script, as pgbench would run it for one client: it is not there where the servers are in Docker. */
async function transact(script: string, i: number): Promise<void> {
  const values = new Map<string, string>(
    Object.entries({ base: 100_000, numero: i, espaco_n: i % 200, hora: 100_000 + i }).map(([name, value]) => [
      name,
      String(value),
    ]),
  );
  const text = readFileSync(join(import.meta.dirname, 'sql', `${script}.sql`), 'utf8');
  for (const statement of text.replaceAll(/^(--|\\set) .*$/gm, '').split(/;\n|(?<=\\gset)\n/)) {
    if (statement.trim() === '') continue;
    const asked = statement
      .replace(/\\gset$/, '')
      .replaceAll(/(?<!:):([a-z_]+)/g, (_, name: string) => pg.escapeLiteral(values.get(name) ?? ''));
    const { rows } = await client.query<Record<string, string>>(asked);
    if (statement.endsWith('\\gset'))
      for (const [name, value] of Object.entries(rows[0] ?? {})) values.set(name, value);
  }
}

beforeAll(async () => {
  database = await TestDatabase.create('reservas', await migrationsOf('reservas'));
  const url = new URL(process.env['TEST_POSTGRES_URL'] ?? '');
  url.pathname = `/${database.name}`;
  client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await prepareFloor(client);
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

describe('O piso', () => {
  it('faz, no esquema de hoje, tudo o que uma retenção escreve', async () => {
    for (let i = 1; i <= 3; i++) await transact('retencao', i);
    const [written] = await database.query(
      `SELECT (SELECT count(*)::int FROM reservas WHERE status = 'PENDENTE_PAGAMENTO') AS reservas,
              (SELECT count(*)::int FROM ocupacoes WHERE origem = 'RESERVA') AS ocupacoes,
              (SELECT array_agg(DISTINCT tipo ORDER BY tipo) FROM eventos) AS eventos,
              (SELECT count(*)::int FROM sagas) AS sagas, (SELECT count(*)::int FROM idempotencia) AS respostas,
              (SELECT count(*)::int FROM reservas r JOIN eventos e ON e.fluxo = 'reserva/' || r.id
                WHERE e.dados ->> 'inicio' = to_char(r.inicio AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) AS iguais`,
    );
    expect(written).toEqual({
      reservas: 3,
      ocupacoes: 3,
      eventos: ['cobranca.criar.v1', 'reserva.criada.v1'],
      sagas: 3,
      respostas: 3,
      iguais: 3,
    });
  });

  it('dá um horário disputado a um só', async () => {
    for (let i = 1; i <= 5; i++) await transact('disputa', i);
    await expect(database.query(`SELECT FROM ocupacoes WHERE origem = 'BLOQUEIO'`)).resolves.toHaveLength(1);
  });
});
