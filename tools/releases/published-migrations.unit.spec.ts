import { describe, expect, it } from '@jest/globals';
import {
  migrationProblems,
  type PublishedMigrations,
  readMigrations,
  readPublished,
  withNewMigrations,
} from './published-migrations.ts';

const old = 'services/a/migrations/0001-antiga.sql';
const recent = 'services/a/migrations/0002-nova.sql';
const none: PublishedMigrations = { antesDaRegra: {}, desdeARegra: {} };
const before = (path: string, sql: string): PublishedMigrations => ({
  antesDaRegra: withNewMigrations(new Map([[path, sql]]), none).desdeARegra,
  desdeARegra: {},
});

describe('As migrações publicadas', () => {
  it('são as do repositório, como eram', () => {
    expect(migrationProblems(readMigrations(), readPublished())).toEqual([]);
    expect(withNewMigrations(readMigrations(), readPublished())).toEqual(readPublished());
  });

  it('anteriores às regras não as seguem, mas não mudam nem somem', () => {
    const published = { ...before(old, 'SELECT 1'), antesDaRegra: { ...before(old, 'SELECT 1').antesDaRegra } };
    expect(migrationProblems(new Map([[old, 'SELECT 1']]), published)).toEqual([]);
    expect(migrationProblems(new Map([[old, 'SELECT 2']]), published)).toEqual([
      expect.stringContaining(`${old}: foi publicada e mudou`),
    ]);
    expect(migrationProblems(new Map(), published)).toEqual([`${old}: foi publicada e desapareceu`]);
  });

  it('ganham as que regra nenhuma recusa, que daí em diante também não mudam', () => {
    const published = withNewMigrations(new Map([[recent, 'ALTER TABLE a ADD b int']]), none);
    expect(Object.keys(published.desdeARegra)).toEqual([recent]);
    expect(migrationProblems(new Map([[recent, 'ALTER TABLE a ADD c int']]), published)).toEqual([
      expect.stringContaining('foi publicada e mudou'),
    ]);
  });

  it('não ganham a que uma regra recusa, e o porquê traz o caminho e a linha', () => {
    const migrations = new Map([[recent, 'SELECT 1;\nDROP TABLE a']]);
    expect(withNewMigrations(migrations, none)).toEqual(none);
    expect(migrationProblems(migrations, none)).toEqual([expect.stringContaining(`${recent}:2: DROP TABLE`)]);
  });

  it('têm o nome de que precisa quem as aplica', () => {
    expect(migrationProblems(new Map([['libs/a/migrations/nova.sql', 'SELECT 1']]), none)).toEqual([
      'libs/a/migrations/nova.sql: o nome não é NNNN-nome.sql',
    ]);
  });
});
