/**
 * Runs in the place of an application's main.js: loads the packages that its workspaces import, which is most of a
 * start and does not change, and with the first message the application itself, from what is compiled by then.
 *
 * Arguments: main.js, then the folders of the workspaces.
 */
import { globSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [main, ...workspaces] = process.argv.slice(2);
const asked = new Promise((resolve) => process.once('message', resolve));
// Nobody would ever ask any more.
const orphaned = () => process.exit();
process.once('disconnect', orphaned);

for (const folder of workspaces) {
  const files = globSync('dist/**/*.js', { cwd: folder }).map((file) => join(folder, file));
  const names = files.flatMap((file) =>
    [
      ...readFileSync(file, 'utf8').matchAll(
        /^(?:import|export)\b[^;'"]*['"]([^.'"][^'"]*)['"]|\bimport\(['"]([^.'"][^'"]*)['"]\)/gm,
      ),
    ].map(([, name, late]) => name ?? late),
  );
  const from = pathToFileURL(join(folder, 'dist/index.js')).href;
  for (const name of new Set(names)) {
    if (name.startsWith('@plataforma/')) continue;
    // What cannot be loaded is for the application to say, where it imports it.
    await Promise.try(() => import(import.meta.resolve(name, from))).catch(() => undefined);
  }
}
// What Fastify loads only once it starts; it is the applications', found as they find it.
await Promise.try(async () => {
  const server = 'fastify';
  await (await import(server)).default().ready();
}).catch(() => undefined);
process.send('warm');
await asked;
// Where a file of ours finds what it imports depends on its folder alone, and what is ours is where it says.
const found = new Map();
registerHooks({
  resolve(specifier, context, next) {
    const folder = workspaces.find((one) => context.parentURL?.startsWith(`${pathToFileURL(one).href}/dist/`));
    if (folder === undefined) return next(specifier, context);
    if (/^\.\.?\/.*\.js$/.test(specifier))
      return { url: new URL(specifier, context.parentURL).href, format: 'module', shortCircuit: true };
    const key = `${folder} ${specifier}`;
    const known = found.get(key) ?? next(specifier, context);
    found.set(key, known);
    return { ...known, shortCircuit: true };
  },
});
process.off('disconnect', orphaned);
process.disconnect();
await import(pathToFileURL(main).href);
