import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runQuietly } from './cli/build.ts';
import { command } from './cli/command.ts';
import { downloadModule, endOf, findGo, freePort, goProgram, runGo } from './cli/go.ts';
import { UserError } from './cli/user-error.ts';

const suite = 'services/notificacoes/test/historico.int.spec.ts';
const ferretDb = {
  path: 'github.com/FerretDB/FerretDB',
  version: 'v1.24.2',
  sum: 'h1:trrUU0LbmusMbyubhPS1IELncvrIwKrsRT2LW1UUWCw=',
};

/** The suite of the history, with FerretDB, which speaks MongoDB's protocol over SQLite, in the place of a mongod. */
await command('notificacoes:mongodb', async ({ values }) => {
  const go = findGo();
  if (go === undefined) {
    console.log(
      'não executado: falta o Go (https://go.dev/dl), com que se compila o FerretDB, que faz as vezes do MongoDB',
    );
    return values.opcional === true ? 0 : 2;
  }
  const program = await install(go, (line) => console.log(line));
  if (values.preparar === true) return 0;
  const folder = mkdtempSync(join(tmpdir(), 'ferretdb-'));
  const port = await freePort();
  const options = { handler: 'sqlite', 'sqlite-url': `file:${folder}/`, 'state-dir': folder, 'debug-addr': '-' };
  const child = spawn(
    program,
    [
      ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
      `--listen-addr=127.0.0.1:${port}`,
      '--telemetry=disable',
    ],
    { stdio: 'ignore' },
  );
  try {
    for (const deadline = Date.now() + 20_000; !(await listens(port)); await delay(50))
      if (child.exitCode !== null || Date.now() > deadline) throw new UserError('O FerretDB não começou a responder.');
    const { code, output } = await runQuietly(process.execPath, ['tools/run.mjs', 'test', '--yes', suite], undefined, {
      TEST_MONGODB_URL: `mongodb://127.0.0.1:${port}/historico`,
    });
    if (code !== 0) throw new UserError(`A suíte do histórico falhou:\n${output}`);
    console.log('O histórico passou nos dois adaptadores: PostgreSQL e, por FerretDB, MongoDB.');
    return 0;
  } finally {
    await endOf(child);
    rmSync(folder, { recursive: true, force: true });
  }
});

/** @throws UserError */
async function install(go: string, say: (line: string) => void): Promise<string> {
  const program = goProgram('ferretdb');
  const source = mkdtempSync(join(tmpdir(), 'ferretdb-fonte-'));
  try {
    const folder = await downloadModule(go, ferretDb, say);
    if (existsSync(program)) return program;
    say('Baixando o que ele usa e compilando, só desta vez; leva minutos…');
    cpSync(folder, source, { recursive: true });
    // It does not start without, and who publishes the module leaves it out.
    writeFileSync(join(source, 'build/version/version.txt'), ferretDb.version);
    await runGo(go, ['build', '-o', program, './cmd/ferretdb'], source);
    return program;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`O Go não conseguiu compilar o FerretDB: ${(error as Error).message}`);
  } finally {
    rmSync(source, { recursive: true, force: true });
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
