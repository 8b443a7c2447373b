import { globSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cli/paths.ts';
import { UsageError } from '../cli/user-error.ts';

const everySpec = '{libs,services,bffs,apps,tools,e2e}/**/*.spec.ts';

export const isUnit = (file: string): boolean => file.endsWith('.unit.spec.ts');
/** It runs applications, which are compiled. */
export const isEndToEnd = (file: string): boolean => file.endsWith('.e2e.spec.ts');
/**
 * It uses the servers by the names of an installation (its databases, users and queues), of which there is one: only
 * one such file runs at a time. Every other has names of its own.
 */
export const isInstallation = (file: string): boolean =>
  file.startsWith('e2e/') || /^tools\/infra\/(provision|master-key-mark)\.int\./.test(file);

/**
 * The test files whose path matches one of the patterns, as Jest would choose them; every one without a pattern.
 *
 * @throws UsageError naming a pattern that matches none
 */
export function selectSpecs(patterns: string[]): string[] {
  const files = globSync(everySpec, {
    cwd: root,
    exclude: (name) => ['node_modules', 'dist', 'coverage', '.data'].includes(name),
  });
  if (patterns.length === 0) return files;
  const matching = (pattern: string): string[] => {
    const expression = expressionOf(pattern);
    return files.filter((file) => expression.test(join(root, file)));
  };
  const idle = patterns.filter((pattern) => matching(pattern).length === 0);
  if (idle.length > 0) throw new UsageError(`Nenhum arquivo de teste tem no caminho: ${idle.join(', ')}.`);
  return [...new Set(patterns.flatMap(matching))];
}

function expressionOf(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'i');
  } catch {
    throw new UsageError(`"${pattern}" não é um caminho nem uma expressão regular.`);
  }
}
