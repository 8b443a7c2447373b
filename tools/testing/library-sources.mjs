import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/**
 * What each library exports, and the source that it is built of, from the root: `@plataforma/x/y` → `libs/x/src/….ts`.
 * @returns {Record<string, string>}
 */
export function librarySources() {
  return Object.fromEntries(
    globSync('libs/*/package.json', { cwd: root }).flatMap((manifest) => {
      const { name, exports } = JSON.parse(readFileSync(join(root, manifest), 'utf8'));
      return Object.entries(exports)
        .filter(([, target]) => target.default?.startsWith('./dist/'))
        .map(([subpath, target]) => [
          `${name}${subpath.slice(1)}`,
          `${dirname(manifest)}/${target.default.replace('./dist/', 'src/').replace(/\.js$/, '.ts')}`,
        ]);
    }),
  );
}
