/**
 * Assembles what an image holds: one application, the libraries and the production dependencies, without what nothing
 * reads at run time. Plain JavaScript without dependencies: the Dockerfile runs it, and `npm run imagens -- --sem-docker`
 * where there is no Docker, so that what is tried there is what an image has.
 *
 *   node tools/imagens/montar.mjs <application's folder> <built sources> <npm ci --omit=dev> <destination>
 */
import { cpSync, existsSync, globSync, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

const [app, sources, dependencies, destination] = process.argv.slice(2);
if (!app || !sources || !dependencies || !destination || existsSync(destination)) {
  console.error('montar.mjs <application> <sources> <dependencies> <destination that does not exist>');
  process.exit(2);
}

/** Declarations, source maps, manuals; and the compiler, an optional peer of a package that does not load it. */
const unreadFile = /(\.d\.[cm]?ts|\.map|\.tsbuildinfo|\.md|\.markdown)$/i;
const unreadPackage = /^(node_modules|.*\/node_modules)\/(typescript|@types)$/;
/** Of a workspace; what it depends on comes from the other side. */
const unreadOfWorkspace = new Set(['src', 'test', 'node_modules', 'README.md', 'tsconfig.json', 'project.json']);

const workspaces = neededWorkspaces();

cpSync(dependencies, destination, {
  recursive: true,
  verbatimSymlinks: true,
  filter: (path) => {
    const inside = relative(dependencies, path);
    if (unreadFile.test(path) || unreadPackage.test(inside)) return false;
    // Links to workspaces that this application does not use, and the folders of those.
    if (lstatSync(path).isSymbolicLink()) {
      const target = relative(dependencies, resolve(dirname(path), readlinkSync(path)));
      return /node_modules/.test(target) || workspaces.has(target);
    }
    const folder = /^(libs|services|bffs|apps|tools)\/[^/]+/.exec(inside)?.[0];
    return folder === undefined || workspaces.has(folder);
  },
});
for (const workspace of workspaces) {
  const from = join(sources, workspace);
  cpSync(from, join(destination, workspace), {
    recursive: true,
    filter: (path) =>
      !(unreadOfWorkspace.has(basename(path)) && dirname(path) === from) &&
      !unreadFile.test(path) &&
      !/\.spec\./.test(path),
  });
}

// The page that a BFF serves, as it was built.
const page = { 'bffs/web': 'apps/site/dist', 'bffs/admin': 'apps/painel/dist' }[app];
if (page !== undefined) cpSync(join(sources, page), join(destination, page), { recursive: true });

/** The folders of the application and of all that it and they depend on. */
function neededWorkspaces() {
  const manifestOf = (/** @type {string} */ folder) =>
    /** @type {{ name: string, dependencies?: Record<string, string> }} */ (
      JSON.parse(readFileSync(join(sources, folder, 'package.json'), 'utf8'))
    );
  const folders = new Map(
    globSync('{libs,services,bffs,apps,tools}/*/package.json', { cwd: sources }).map((path) => [
      manifestOf(dirname(path)).name,
      dirname(path),
    ]),
  );
  const needed = new Set([app]);
  for (const folder of needed)
    for (const name of Object.keys(manifestOf(folder).dependencies ?? {})) {
      const dependency = folders.get(name);
      if (dependency !== undefined) needed.add(dependency);
    }
  return needed;
}
