import { join } from 'node:path';
import { appUrl } from '../apps.ts';
import { root } from '../cli/paths.ts';
import { UserError } from '../cli/user-error.ts';

/** Each with the BFF behind it, its API there, and its port without an offset, beside those of the BFFs. */
const pages = {
  site: { bff: 'bff-web', api: '^/(v\\d+|fotos)/', port: 3100 },
  painel: { bff: 'bff-admin', api: '^/(admin/v\\d+|fotos)/', port: 3109 },
} as const;

/**
 * Serves a page from its sources, so that a change is in the browser as soon as it is saved; what is the API's goes to
 * its BFF, under the address that was opened, as its cookies want it.
 *
 * @returns where
 * @throws UserError when the port is taken
 */
export async function servePage(name: keyof typeof pages, portOffset: number, signal: AbortSignal): Promise<string> {
  const { createServer } = await import('vite');
  const folder = join(root, 'apps', name);
  const { bff, api, port } = pages[name];
  const server = await createServer({
    configFile: join(folder, 'vite.config.ts'),
    logLevel: 'warn',
    clearScreen: false,
    server: {
      host: 'localhost',
      port: port + portOffset,
      strictPort: true,
      proxy: { [api]: { target: appUrl(bff, portOffset) } },
    },
  });
  try {
    await server.listen();
  } catch (error) {
    throw new UserError(`A página ${name} não pôde ser servida na porta ${port + portOffset}: ${String(error)}`);
  }
  signal.addEventListener('abort', () => void server.close());
  return `http://localhost:${port + portOffset}`;
}
