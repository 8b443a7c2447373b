import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { transform } from '@swc/core';
import { root } from '../cli/paths.ts';

/**
 * Writes what a source file becomes, without a look at any other: milliseconds where the compiler, which judges types
 * too, takes seconds. The same transformation that the tests run by (jest.config.mjs). A source that is gone takes its
 * output along.
 *
 * @throws SyntaxError with the place of what is no TypeScript
 */
export async function compileFile(source: string, output: string): Promise<void> {
  const [from, to] = [join(root, source), join(root, output)];
  if (!existsSync(from)) return rmSync(to, { force: true });
  const { code, map } = await transform(readFileSync(from, 'utf8'), {
    swcrc: false,
    filename: source,
    sourceFileName: relative(dirname(to), from),
    sourceMaps: true,
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    },
    module: { type: 'es6' },
  }).catch((error: unknown) => {
    throw new SyntaxError(codeFrame(String((error as Error).message)));
  });
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(`${to}.map`, map ?? '');
  writeFileSync(to, `${code}\n//# sourceMappingURL=${output.split('/').at(-1)}.map\n`);
}

/** Of what swc says only where in the source: its own causes and stack follow, of no use to whoever made the mistake. */
const codeFrame = (message: string): string =>
  (/^[^]*?(?=\n\s*(?:Caused by|Stack backtrace):)/.exec(message)?.[0] ?? message).trimEnd();
