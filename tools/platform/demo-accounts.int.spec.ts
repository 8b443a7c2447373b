import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestDatabase } from '@plataforma/testing';
import { demoLogins, hasDemoAccounts, requireDemoData } from './demo-accounts.ts';
import type { PlatformState } from './state.ts';

describe('Contas de senha pública', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await TestDatabase.create('auth', []);
  }, 60_000);
  afterAll(() => database.drop());

  it('são encontradas onde estiverem, e em nenhum outro lugar', async () => {
    const url = database.options.DATABASE_URL;
    const state = { instance: 'x', demo: false, servers: { databases: { auth: { app: url } } } } as PlatformState;
    expect(await hasDemoAccounts(url)).toBe(false);
    await database.query('CREATE TABLE usuarios (email text NOT NULL)');
    await database.query('GRANT SELECT ON usuarios TO PUBLIC');
    await database.query("INSERT INTO usuarios VALUES ('ana@exemplo.com')");
    expect(await hasDemoAccounts(url)).toBe(false);
    await expect(requireDemoData(state)).rejects.toThrow('que a instância x não tem');
    await database.query('INSERT INTO usuarios VALUES ($1)', [demoLogins[0]?.email]);
    expect(await hasDemoAccounts(url)).toBe(true);
    await requireDemoData(state);
  });
});
