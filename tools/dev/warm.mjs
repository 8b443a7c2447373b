/**
 * Runs in the place of an application's main.js: loads the packages that its workspaces import, and runs of them what a
 * start runs, which is most of it and does not change; with the first message it becomes the application itself, from what
 * is compiled by then.
 *
 * Arguments: main.js, then the folders of the workspaces.
 */
import { globSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** As many as make their making known to V8. */
const ROUTES = 60;

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
// What is compiled only once it runs, run: a server of Nest and Fastify whose routes say nothing, and our contracts as they
// are now, under other addresses. What they are by then is loaded anew; how schemas are made is known.
await Promise.try(async () => {
  const from = pathToFileURL(join(workspaces[0], 'dist/index.js')).href;
  const [{ NestFactory }, { Controller, Get, Module }, { FastifyAdapter }] = await Promise.all(
    ['@nestjs/core', '@nestjs/common', '@nestjs/platform-fastify'].map(
      (name) => import(import.meta.resolve(name, from)),
    ),
  );
  class Nada {}
  for (let n = 0; n < ROUTES; n++) {
    const descriptor = { value: () => undefined, configurable: true };
    Object.defineProperty(Nada.prototype, `nada${n}`, descriptor);
    Get(`v1/nada${n}/:id/de`)(Nada.prototype, `nada${n}`, descriptor);
  }
  Controller()(Nada);
  class Nenhum {}
  Module({ controllers: [Nada] })(Nenhum);
  const app = await NestFactory.create(Nenhum, new FastifyAdapter(), { logger: false });
  await app.init();
  await app.close();
}).catch(() => undefined);
const contracts = workspaces.find((folder) => folder.endsWith('/libs/contracts'));
if (contracts !== undefined) {
  const place = `${pathToFileURL(contracts).href}/dist/`;
  const elsewhere = registerHooks({
    resolve(specifier, context, next) {
      const { url, ...rest } = next(specifier, context);
      return { ...rest, url: url.startsWith(place) ? `${url}?antes` : url };
    },
  });
  await import(`${place}index.js`).catch(() => undefined);
  elsewhere.deregister();
}
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
