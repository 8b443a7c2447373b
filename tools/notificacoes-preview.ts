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

await command('notificacoes:preview', async () => {
  await build();
  const { previas } = (await import(join(root, 'services/notificacoes/dist/infrastructure/previas.js'))) as Messages;
  const previews = previas(origens);
  const index = writePreviews(previews, join(root, '.data/previas'));
  console.log(`${previews.length} mensagens. Abra no navegador: ${index}`);
});
