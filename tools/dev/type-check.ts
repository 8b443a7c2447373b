import { spawn, type ChildProcess } from 'node:child_process';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { root } from '../cli/paths.ts';

/** The types, judged while the applications already run, and from the beginning when something changes meanwhile. */
export class TypeCheck {
  #running: ChildProcess | undefined;
  #hadErrors = false;

  stop(): void {
    const { pid } = this.#running ?? {};
    this.#running = undefined;
    if (pid === undefined) return;
    try {
      // The compiler proper is a child of what we started, and does not listen to SIGTERM.
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It had ended.
    }
  }

  start(): void {
    const compiler = spawn(
      process.execPath,
      [join(root, 'node_modules/typescript-native/bin/tsc'), '--noEmit', '--pretty', '-p', 'tsconfig.lint.json'],
      { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], detached: true },
    );
    this.#running = compiler;
    // The applications come first.
    if (compiler.pid !== undefined) setPriority(compiler.pid, 10);
    let output = '';
    compiler.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    compiler.once('close', (code) => {
      if (this.#running !== compiler) return;
      if (code !== 0) console.error(`\n${output.trim()}`);
      else if (this.#hadErrors) console.log('Os tipos conferem de novo.');
      this.#hadErrors = code !== 0;
    });
  }
}
