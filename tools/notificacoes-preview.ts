import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from './cli/build.ts';
import { command } from './cli/command.ts';
import { root } from './cli/paths.ts';
import { type Preview, writePreviews } from './previas/pages.ts';

const origens = { site: 'https://reservas.exemplo.com', painel: 'https://painel.exemplo.com' };

/** What of notificacoes is used here, compiled. */
interface Messages {
  readonly previas: (origens: { readonly site: string; readonly painel: string }) => readonly Preview[];
}

/** What shows a file as the person's desktop would. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

await command('notificacoes:preview', async () => {
  await build();
  const { previas } = (await import(join(root, 'services/notificacoes/dist/infrastructure/previas.js'))) as Messages;
  const previews = previas(origens);
  const index = writePreviews(previews, join(root, '.data/previas'));
  console.log(`${previews.length} mensagens. Abra no navegador: ${index}`);
  // Whoever is at a terminal sees it; where there is no browser to be had, the line above says it all.
  if (process.stdout.isTTY) {
    const [open, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
    spawn(open, [...args, index], { stdio: 'ignore', detached: true })
      .on('error', () => undefined)
      .unref();
  }
});
