import { describe, expect, it } from '@jest/globals';
import { refusals } from './migration-rules.ts';

const mark = '-- contracao: nada mais a usa desde a versão 41\n';
const outside = '-- sem-transacao\n';

const refused: [sql: string, why: RegExp][] = [
  ['DROP TABLE contas', /DROP TABLE/],
  ['DROP TABLE IF EXISTS a, b CASCADE', /DROP TABLE/],
  ['DROP VIEW v', /DROP VIEW/],
  ['DROP TYPE situacao', /DROP TYPE/],
  ['DROP SCHEMA s', /DROP SCHEMA/],
  ['DROP SEQUENCE s', /DROP SEQUENCE/],
  ['DROP FUNCTION f(int)', /DROP FUNCTION/],
  ['DROP TRIGGER t ON contas', /DROP TRIGGER/],
  ['DROP EXTENSION pg_trgm', /DROP EXTENSION/],
  ['DROP INDEX i', /DROP INDEX sem CONCURRENTLY/],
  ['ALTER TABLE contas DROP COLUMN saldo', /DROP COLUMN/],
  ['ALTER TABLE contas DROP saldo', /DROP COLUMN/],
  ['ALTER TABLE IF EXISTS ONLY public.contas DROP COLUMN IF EXISTS saldo', /DROP COLUMN/],
  ['ALTER TABLE contas DROP CONSTRAINT saldo_positivo', /DROP CONSTRAINT/],
  ['ALTER TABLE contas ALTER saldo DROP DEFAULT', /DROP DEFAULT/],
  ['ALTER TABLE contas ALTER saldo DROP IDENTITY', /DROP IDENTITY/],
  ['ALTER TABLE contas RENAME TO cofres', /RENAME/],
  ['ALTER TABLE contas RENAME saldo TO total', /RENAME/],
  ['ALTER INDEX i RENAME TO j', /RENAME/],
  [`ALTER TYPE situacao RENAME VALUE 'a' TO 'b'`, /RENAME/],
  ['ALTER TABLE contas SET SCHEMA outro', /SET SCHEMA/],
  ['ALTER TABLE contas ALTER COLUMN saldo TYPE bigint', /ALTER COLUMN TYPE/],
  ['ALTER TABLE contas ALTER saldo SET DATA TYPE bigint USING saldo::bigint', /ALTER COLUMN TYPE/],
  ['ALTER TABLE contas ALTER saldo SET NOT NULL', /SET NOT NULL/],
  ['ALTER TABLE contas ADD COLUMN x int, ALTER saldo SET NOT NULL', /SET NOT NULL/],
  ['ALTER TABLE contas ADD COLUMN nome text NOT NULL', /NOT NULL sem DEFAULT/],
  ['ALTER TABLE contas ADD COLUMN nome text DEFAULT NULL NOT NULL', /NOT NULL sem DEFAULT/],
  ['ALTER TABLE contas ADD COLUMN id2 uuid NOT NULL DEFAULT gen_random_uuid()', /reescreve a tabela/],
  ['ALTER TABLE contas ADD COLUMN quando timestamptz DEFAULT clock_timestamp()', /reescreve a tabela/],
  ['ALTER TABLE contas ADD COLUMN n serial', /reescreve a tabela/],
  ['ALTER TABLE contas ADD COLUMN n int GENERATED ALWAYS AS IDENTITY', /reescreve a tabela/],
  ['ALTER TABLE contas ADD COLUMN n int GENERATED ALWAYS AS (saldo * 2) STORED', /reescreve a tabela/],
  ['ALTER TABLE contas ADD COLUMN n int UNIQUE', /UNIQUE/],
  ['ALTER TABLE contas ADD COLUMN n int PRIMARY KEY', /UNIQUE/],
  ['ALTER TABLE contas ADD COLUMN n int CHECK (n > 0)', /NOT VALID/],
  ['ALTER TABLE contas ADD COLUMN n int DEFAULT 1 REFERENCES outra (id)', /NOT VALID/],
  ['ALTER TABLE contas ADD CONSTRAINT c CHECK (saldo > 0)', /ADD CHECK sem NOT VALID/],
  ['ALTER TABLE contas ADD CHECK (saldo > 0)', /ADD CHECK sem NOT VALID/],
  ['ALTER TABLE contas ADD CONSTRAINT c FOREIGN KEY (dono) REFERENCES donos (id)', /ADD FOREIGN sem NOT VALID/],
  ['ALTER TABLE contas ADD CONSTRAINT c UNIQUE (saldo)', /ADD UNIQUE sem USING INDEX/],
  ['ALTER TABLE contas ADD PRIMARY KEY (id)', /ADD PRIMARY sem USING INDEX/],
  ['ALTER TABLE contas ADD CONSTRAINT c EXCLUDE USING gist (p WITH &&)', /ADD EXCLUDE/],
  [
    'ALTER TABLE contas ADD CONSTRAINT c CHECK (saldo > 0) NOT VALID; ALTER TABLE contas VALIDATE CONSTRAINT c',
    /VALIDATE CONSTRAINT na migração que a cria/,
  ],
  ['ALTER TABLE contas SET UNLOGGED', /UNLOGGED/],
  ['ALTER TABLE contas ENABLE ROW LEVEL SECURITY', /ROW LEVEL SECURITY/],
  ['ALTER DOMAIN valor ADD CHECK (VALUE > 0)', /ALTER DOMAIN/],
  ['CREATE INDEX i ON contas (saldo)', /CREATE INDEX sem CONCURRENTLY/],
  ['CREATE UNIQUE INDEX IF NOT EXISTS i ON public.contas (saldo) WHERE saldo > 0', /CREATE INDEX sem CONCURRENTLY/],
  ['CREATE TABLE IF NOT EXISTS contas (id int); CREATE INDEX i ON contas (id)', /CREATE INDEX sem CONCURRENTLY/],
  ['CREATE INDEX CONCURRENTLY i ON contas (saldo)', /só roda fora de transação/],
  ['REINDEX TABLE contas', /REINDEX/],
  ['REFRESH MATERIALIZED VIEW v', /REFRESH/],
  ['TRUNCATE contas', /TRUNCATE/],
  ['LOCK TABLE contas', /LOCK TABLE/],
  ['CLUSTER contas USING i', /CLUSTER/],
  ['REVOKE SELECT ON contas FROM app', /REVOKE/],
  ['DROP OWNED BY app', /DROP OWNED/],
  ['UPDATE contas SET saldo = 0', /UPDATE da tabela toda/],
  ['UPDATE contas SET total = saldo WHERE total IS NULL', /UPDATE da tabela toda/],
  [`UPDATE contas SET x = (SELECT y FROM z LIMIT 1) WHERE x IS NULL`, /UPDATE da tabela toda/],
  ['UPDATE contas c SET x = o.y FROM outra o WHERE o.id = c.id', /UPDATE da tabela toda/],
  ['UPDATE contas SET x = 1 WHERE EXISTS (SELECT 1 FROM z LIMIT 1)', /UPDATE da tabela toda/],
  ['UPDATE contas SET x = 1 WHERE id = 7 OR saldo > 0', /UPDATE da tabela toda/],
  ['DELETE FROM contas', /DELETE da tabela toda/],
  ['WITH idas AS (DELETE FROM contas RETURNING *) SELECT count(*) FROM idas', /DELETE da tabela toda/],
  ['MERGE INTO contas USING outra ON true WHEN MATCHED THEN DELETE', /MERGE da tabela toda/],
  // Hidden, but there all the same.
  ['/* nada */ dRoP /* -- */ tAbLe "contas"', /DROP TABLE/],
  ['DO $$ BEGIN DROP TABLE contas; END $$', /DROP TABLE/],
  [`DO 'BEGIN DROP TABLE contas; END'`, /DROP TABLE/],
  ['DO $x$ BEGIN IF 1 > 0 THEN ALTER TABLE contas DROP COLUMN saldo; END IF; END $x$', /DROP COLUMN/],
  [
    'DO $$ DECLARE r record; BEGIN FOR r IN SELECT 1 LOOP UPDATE contas SET x = 1; END LOOP; END $$',
    /UPDATE da tabela/,
  ],
  ['DO $$ DECLARE r record; BEGIN FOR r IN DELETE FROM contas RETURNING id LOOP NULL; END LOOP; END $$', /DELETE da/],
  ['DO $$ DECLARE n int; BEGIN UPDATE contas SET x = 1 RETURNING x INTO STRICT n; END $$', /UPDATE da tabela/],
  ['DO $$ BEGIN NULL; EXCEPTION WHEN others THEN DROP TABLE contas; END $$', /DROP TABLE/],
  [`DO $$ BEGIN EXECUTE 'DROP TABLE contas'; END $$`, /DROP TABLE/],
  ['DO $$ BEGIN EXECUTE $q$ DROP TABLE contas $q$; END $$', /DROP TABLE/],
  [`DO $$ BEGIN EXECUTE format('DROP TABLE %I', 'contas'); END $$`, /texto montado/],
  [`DO $$ BEGIN EXECUTE 'DROP ' || 'TABLE contas'; END $$`, /texto montado/],
  ['CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE contas; END $$', /DROP TABLE/],
  ['CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM contas; END $$', /DELETE da tabela/],
  ['CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ DELETE FROM contas $$', /DELETE da tabela/],
  ['CREATE FUNCTION f() RETURNS void LANGUAGE sql BEGIN ATOMIC DELETE FROM contas; END', /DELETE da tabela/],
];

const allowed = [
  '-- DROP TABLE contas\nSELECT 1',
  '/* ALTER TABLE contas DROP COLUMN saldo; */ SELECT 1',
  `COMMENT ON TABLE contas IS 'DROP TABLE contas; DELETE FROM contas'`,
  'SELECT $q$ ; DROP TABLE contas; $q$',
  'SELECT 1 AS "DROP TABLE contas"',
  'CREATE TABLE contas (id int PRIMARY KEY, saldo int NOT NULL CHECK (saldo > 0) UNIQUE)',
  'CREATE TABLE contas (id int); CREATE INDEX i ON contas (id); UPDATE contas SET id = 1; ALTER TABLE contas ALTER id SET NOT NULL',
  'CREATE TABLE contas AS SELECT 1 AS id; CREATE UNIQUE INDEX i ON contas (id); REVOKE UPDATE ON contas FROM app',
  'CREATE TEMP TABLE t (id int) ON COMMIT DROP; DELETE FROM t; DROP TABLE t',
  'CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ SELECT 1 $$; SELECT f(); DROP FUNCTION f()',
  'ALTER TABLE contas ADD COLUMN nome text',
  `ALTER TABLE contas ADD COLUMN nome text NOT NULL DEFAULT ''`,
  'ALTER TABLE contas ADD COLUMN desde timestamptz NOT NULL DEFAULT now(), ADD COLUMN ate timestamptz',
  'ALTER TABLE contas ADD COLUMN dia date NOT NULL DEFAULT current_date',
  'ALTER TABLE contas ADD COLUMN dono uuid REFERENCES donos (id)',
  'ALTER TABLE contas ADD CONSTRAINT c CHECK (saldo > 0) NOT VALID',
  'ALTER TABLE contas ADD CONSTRAINT c FOREIGN KEY (dono) REFERENCES donos (id) NOT VALID',
  'ALTER TABLE contas VALIDATE CONSTRAINT c',
  'ALTER TABLE contas ADD CONSTRAINT c UNIQUE USING INDEX i',
  'ALTER TABLE contas ADD CONSTRAINT c PRIMARY KEY USING INDEX i',
  'ALTER TABLE contas ALTER saldo SET DEFAULT 0, ALTER saldo DROP NOT NULL',
  'ALTER TABLE contas SET (fillfactor = 90)',
  `ALTER TYPE situacao ADD VALUE 'nova'`,
  `${outside}CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON contas (saldo)`,
  `${outside}CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON contas (saldo);`,
  `-- Por que se faz.\n-- sem transação\nDROP INDEX CONCURRENTLY IF EXISTS i`,
  `${outside}DO $$ BEGIN LOOP UPDATE contas SET x = 1 WHERE id IN (SELECT id FROM contas WHERE x IS NULL LIMIT 500); EXIT WHEN NOT FOUND; COMMIT; END LOOP; END $$`,
  'UPDATE contas SET x = 1 WHERE id = 7',
  `UPDATE contas SET x = 1 WHERE id IN ('a', 'b') AND x IS NULL`,
  `DELETE FROM contas WHERE id = 'a'::uuid`,
  'WITH lote AS (SELECT id FROM contas LIMIT 10) DELETE FROM contas USING lote WHERE contas.id = lote.id',
  'INSERT INTO contas (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET saldo = 1',
  'CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM contas WHERE id = OLD.id; RETURN OLD; END $$',
  'CREATE FUNCTION f(t text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format($q$ SELECT %L $q$, t); END $$',
  'DO $$ BEGIN PERFORM 1; IF (SELECT count(*) FROM contas) > 0 THEN RAISE EXCEPTION $q$DROP TABLE x$q$; END IF; END $$',
  'GRANT UPDATE, DELETE ON contas TO app',
  'CREATE TRIGGER t AFTER UPDATE OR DELETE ON contas FOR EACH ROW EXECUTE FUNCTION f()',
  'SELECT * FROM contas FOR UPDATE',
];

describe('Uma migração, enquanto a versão anterior ainda roda,', () => {
  it.each(refused)('não pode: %s', (sql, why) => {
    expect(refusals(sql).join('\n')).toMatch(why);
  });

  it.each(allowed)('pode: %s', (sql) => {
    expect(refusals(sql)).toEqual([]);
  });

  it.each(refused.filter(([sql]) => !sql.includes('CONCURRENTLY i')))(
    'pode, como contração com o motivo: %s',
    (sql) => {
      expect(refusals(mark + sql)).toEqual([]);
    },
  );

  it('sabe em que linha está cada coisa', () => {
    const sql = `-- Por quê.\n\nSELECT 1;\n\n-- ação\nDROP TABLE a;\nALTER TABLE b\n  DROP c,\n  DROP d;`;
    expect(refusals(sql).map((sentence) => sentence.split(':')[0])).toEqual(['6', '7', '7']);
  });

  it.each([
    ['um motivo vazio', '-- contracao:\nDROP TABLE contas', /sem motivo/],
    ['uma marca dentro de um texto', `SELECT '\n-- contracao: motivo\n'; DROP TABLE contas`, /DROP TABLE/],
    ['uma marca depois do primeiro comando', 'SELECT 1;\n-- contracao: motivo\nDROP TABLE contas', /DROP TABLE/],
    ['o que não é SQL', `${mark}DROP TABEL contas`, /não é SQL/],
    ['uma transação sua', `${mark}BEGIN; DROP TABLE contas; COMMIT`, /transação é de quem aplica/],
    ['dois comandos fora de transação', `${outside}DROP INDEX CONCURRENTLY IF EXISTS i; SELECT 1`, /um comando só/],
    ['outro comando fora de transação', `${outside}CREATE TABLE contas (id int)`, /sem-transacao é só para/],
    ['um índice que não se pode refazer', `${outside}CREATE INDEX CONCURRENTLY i ON contas (id)`, /IF NOT EXISTS/],
    ['um índice sem nome', `${outside}CREATE INDEX CONCURRENTLY ON contas (id)`, /IF NOT EXISTS/],
    ['um DROP que não se pode repetir', `${outside}DROP INDEX CONCURRENTLY i`, /IF EXISTS/],
  ])('não tem desculpa para %s', (_, sql, why) => {
    expect(refusals(sql).join('\n')).toMatch(why);
  });
});
