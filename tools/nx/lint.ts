import { globSync } from 'node:fs';
import type { ESLint } from 'eslint';
import type { TaskGraph, TaskResult } from './batch.ts';

interface LintOptions {
  /** Projects inside this one, which have tasks of their own. */
  exclude?: string[];
}

/**
 * ESLint of every project that changed, in one process: the types of all projects, which the rules ask about, are
 * loaded once; a process for each would cost more than all the rules.
 */
export default async function* lint(
  { tasks }: TaskGraph,
  options: Record<string, LintOptions>,
): AsyncGenerator<TaskResult> {
  // Nobody edits meanwhile: programs that watch would cost twice the time.
  process.env.TSESTREE_SINGLE_RUN = 'true';
  const { ESLint } = await import('eslint');
  const eslint = new ESLint();
  const formatter = await eslint.loadFormatter('stylish');
  for (const [task, { projectRoot }] of Object.entries(tasks)) {
    const exclude = ['**/node_modules/**', '**/dist/**', ...(options[task]?.exclude ?? [])];
    const results = await eslint.lintFiles(globSync(`${projectRoot}/**/*.{ts,tsx}`, { exclude }));
    yield { task, result: { success: results.every(isClean), terminalOutput: await formatter.format(results) } };
  }
}

const isClean = ({ errorCount, warningCount }: ESLint.LintResult): boolean => errorCount + warningCount === 0;
