/**
 * The door to every `npm run …` command. Plain JavaScript without dependencies, because it runs on whatever Node (20 or
 * newer) is at hand and before anything is installed; the commands themselves are TypeScript and run on the Node that
 * the workspace brings along.
 */
import '../libs/platform/closed-output.mjs';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import {
  asksForHelp,
  CommandLineError,
  commands,
  helpOf,
  isCommand,
  parseCommandLine,
  refuseSwallowedOptions,
} from './cli/commands.mjs';

const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
const ownNode = join(root, 'node_modules/node/bin/node');
const minimumNode = 20;

process.exitCode = await main(process.argv[2], process.argv.slice(3));

async function main(command, args) {
  if (Number(process.versions.node.split('.')[0]) < minimumNode) {
    console.error(
      `O Node instalado é o ${process.versions.node}; esta plataforma precisa do ${minimumNode} ou mais novo: https://nodejs.org`,
    );
    return 1;
  }
  if (command === undefined || !isCommand(command)) {
    console.error(command === undefined ? 'Diga qual comando rodar.' : `Não existe o comando "${command}".`);
    for (const [name, { purpose }] of Object.entries(commands))
      console.error(`  npm run ${name.padEnd(22)} ${purpose}`);
    return 2;
  }
  // What was asked is judged before anything is installed, compiled or started.
  try {
    if (asksForHelp(command, args)) {
      console.log(helpOf(command));
      return 0;
    }
    refuseSwallowedOptions(command, args, process.env);
    parseCommandLine(command, args);
  } catch (error) {
    if (!(error instanceof CommandLineError)) throw error;
    console.error(`\n${error.message}`);
    return 2;
  }
  if (!dependenciesAreInstalled()) {
    const code = await install();
    if (code !== 0) return code;
  }
  if (commands[command].compiled && !existsSync(join(root, 'libs/contracts/dist'))) {
    const code = await run(ownNode, [join(root, 'tools/build.ts')]);
    if (code !== 0) return code;
  }
  return run(ownNode, [join(root, 'tools', `${command.replace(':', '-')}.ts`), ...args]);
}

/**
 * Compares package-lock.json with the one npm writes into node_modules when an installation has succeeded, so that
 * whoever installed, and an installation cut short, are both recognised.
 */
function dependenciesAreInstalled() {
  const installedLock = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(ownNode) || !existsSync(installedLock)) return false;
  const installed = JSON.parse(readFileSync(installedLock, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/')) return true;
    const found = installed[path];
    // Packages for other platforms are in the lock file and rightly not on this machine.
    return found
      ? found.version === entry.version && found.integrity === entry.integrity
      : Boolean(entry.optional || entry.devOptional || entry.peer);
  });
}

async function install() {
  const started = Date.now();
  console.log('Instalando os pacotes npm (npm ci)…');
  const ticking = setInterval(() => console.log(`  … ${Math.round((Date.now() - started) / 1000)} s`), 15_000);
  const npm = process.env.npm_execpath;
  const code = npm?.endsWith('.js') ? await run(process.execPath, [npm, 'ci']) : await run('npm', ['ci']);
  clearInterval(ticking);
  if (code === 0) console.log(`Pacotes instalados em ${((Date.now() - started) / 1000).toFixed(1)} s`);
  else console.error('O npm ci não terminou bem (veja acima). Confira a rede e rode o comando de novo.');
  return code;
}

/** Runs a program with our terminal, passes on the signals we get, and returns its exit code. */
function run(program, args) {
  return new Promise((done) => {
    const binaries = [join(root, 'node_modules/node/bin'), join(root, 'node_modules/.bin')];
    const child = spawn(program, args, {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, PATH: [...binaries, process.env.PATH].join(delimiter) },
    });
    const forward = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, forward);
    const end = (code) => {
      for (const signal of signals) process.off(signal, forward);
      done(code);
    };
    child.once('error', (error) => {
      console.error(`Não foi possível executar ${program}: ${error.message}`);
      end(1);
    });
    child.once('exit', (code, signal) => end(code ?? 128 + constants.signals[signal]));
  });
}
