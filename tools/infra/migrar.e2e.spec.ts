import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestDatabase } from '@plataforma/testing';
import { root } from '../cli/paths.ts';

describe('npm run migrar', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await TestDatabase.create('auth', []);
  });
  afterAll(async () => {
    await database.drop();
  });

  const migrar = (args: string[], url = database.ownerUrl): { code: number | null; output: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'tools/migrar.ts'), ...args], {
      encoding: 'utf8',
      env: { ...process.env, DATABASE_MIGRATION_URL: url },
    });
    return { code: status, output: stdout + stderr };
  };
  const exists = async (table: string) =>
    (await database.query<{ existe: boolean }>('SELECT to_regclass($1) IS NOT NULL AS existe', [table]))[0]?.existe;

  it('diz por que arquivo uma migração falhou, e nada fica dela', async () => {
    const other = await TestDatabase.create('auth', []);
    try {
      await other.query('CREATE TABLE usuarios (id int)');
      const { code, output } = migrar(['--servico', 'auth'], other.ownerUrl);
      expect(code).toBe(1);
      expect(output).toBe('auth:\nA migração 0100-usuarios.sql falhou: relation "usuarios" already exists\n');
      expect(migrar(['--servico', 'auth', '--mostrar'], other.ownerUrl).output).toContain(
        'pendente: 0100-usuarios.sql',
      );
    } finally {
      await other.drop();
    }
  });

  it('segue até o fim, sem uma pilha, quando quem lê já não lê', async () => {
    const child = spawn(process.execPath, [join(root, 'tools/migrar.ts'), '--servico', 'auth', '--mostrar'], {
      env: { ...process.env, DATABASE_MIGRATION_URL: database.ownerUrl },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    expect([code, said]).toEqual([0, '']);
  });

  it('mostra o que falta e nada muda; aplica-o; e depois não acha o que fazer', async () => {
    const shown = migrar(['--servico', 'auth', '--mostrar']);
    expect(shown.output).toContain('pendente: 0100-usuarios.sql');
    expect(await exists('migracoes')).toBe(false);
    const applied = migrar(['--servico', 'auth']);
    expect(applied.output).toContain('aplicada: 0100-usuarios.sql');
    expect([shown.code, applied.code, await exists('usuarios')]).toEqual([0, 0, true]);
    expect(migrar(['--servico', 'auth', '--mostrar'])).toEqual({ code: 0, output: 'auth:\n  em dia\n' });
  });

  it.each<[string, string[]]>([
    ['nenhum serviço', []],
    ['dois serviços', ['--servico=auth,reservas']],
  ])('recusa um endereço só para %s', (_, args) => {
    const { code, output } = migrar(args);
    expect([code, output]).toEqual([1, expect.stringContaining('de um banco só')]);
  });

  it('diz numa frase por que não pode, sem a senha', () => {
    const { code, output } = migrar(['--servico=auth'], database.options.DATABASE_URL);
    expect(code).toBe(1);
    expect(output).toMatch(/permission denied|must be owner/);
    expect(migrar(['--servico=auth'], 'postgres://dono:segredo@127.0.0.1:9/auth').output).not.toContain('segredo');
  });
});
