import { type ChildProcess, spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { root } from '../cli/paths.ts';

export interface Types {
  right: boolean;
  /** What the compiler says, for a terminal. */
  report: string;
}

/**
 * The types, judged while the applications already run. A check that has begun comes to its end whatever changes
 * meanwhile, or somebody who types fast would never be told; what changed is then checked again.
 */
export class TypeCheck {
  #running = false;
  #changed = false;
  readonly #compile: () => Promise<Types>;
  readonly #say: (line: string) => void;

  constructor(compile: () => Promise<Types> = compileTypes, say: (line: string) => void = console.log) {
    this.#compile = compile;
    this.#say = say;
  }

  /** Something changed. Resolves when nothing is left to check; says after every check how the types are. */
  async start(): Promise<void> {
    this.#changed = true;
    if (this.#running) return;
    this.#running = true;
    try {
      while (this.#changed) {
        this.#changed = false;
        const { right, report } = await this.#compile();
        const again = this.#changed ? ' (algo mudou enquanto isso: confere-se de novo)' : '';
        this.#say(right ? `tipos: certo${again}` : `\n${report.trim()}\ntipos: com erros${again}`);
      }
    } finally {
      this.#running = false;
    }
  }
}

async function compileTypes(): Promise<Types> {
  const compiler = spawn(
    process.execPath,
    [join(root, 'node_modules/typescript-native/bin/tsc'), '--noEmit', '--pretty', '-p', 'tsconfig.lint.json'],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  const end = (): void => endGroup(compiler);
  process.once('exit', end);
  try {
    // The applications come first.
    if (compiler.pid !== undefined) setPriority(compiler.pid, 10);
    let report = '';
    for (const stream of [compiler.stdout, compiler.stderr])
      stream.on('data', (chunk: Buffer) => (report += chunk.toString()));
    const code = await new Promise<number | null>((resolve, reject) =>
      compiler.once('close', resolve).once('error', reject),
    );
    return { right: code === 0, report };
  } finally {
    process.off('exit', end);
  }
}

/** The compiler proper is a child of what we started, and does not listen to SIGTERM. */
function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It had ended.
  }
}
