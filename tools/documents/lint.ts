import { join } from 'node:path';
import { runQuietly } from '../cli/build.ts';
import { root } from '../cli/paths.ts';

/**
 * Lints OpenAPI and AsyncAPI documents by the rules of redocly.yaml, without network.
 *
 * @param files paths from the root of the repository
 * @returns what is wrong, or undefined
 */
export async function lintDocuments(files: string[]): Promise<string | undefined> {
  const { code, output } = await runQuietly(
    join(root, 'node_modules/.bin/redocly'),
    ['lint', '--config=redocly.yaml', '--format=codeframe', ...files],
    undefined,
    { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  );
  return code === 0 ? undefined : output;
}
