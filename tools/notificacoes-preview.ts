import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './cli/build.ts';
import { command } from './cli/command.ts';
import { root } from './cli/paths.ts';

const folder = join(root, '.data/previas');
const origens = { site: 'https://reservas.exemplo.com', painel: 'https://painel.exemplo.com' };

interface Written {
  readonly assunto: string;
  readonly html: string;
  readonly texto: string;
}
/** What of notificacoes is used here, compiled. */
interface Messages {
  readonly previas: (origens: {
    readonly site: string;
    readonly painel: string;
  }) => readonly { readonly nome: string; readonly idioma: string; readonly email: Written }[];
}

await command('notificacoes:preview', async () => {
  await build();
  const { previas } = (await import(join(root, 'services/notificacoes/dist/infrastructure/previas.js'))) as Messages;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const escaped = (text: string) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const rows = previas(origens).map(({ nome, idioma, email }) => {
    const file = `${idioma}-${nome.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-')}`;
    writeFileSync(join(folder, `${file}.html`), email.html);
    writeFileSync(join(folder, `${file}.txt`), email.texto);
    return `<tr><td>${escaped(nome)}</td><td>${idioma}</td><td><a href="${encodeURI(file)}.html">${escaped(email.assunto)}</a></td><td><a href="${encodeURI(file)}.txt">texto</a></td></tr>`;
  });
  const index = join(folder, 'index.html');
  writeFileSync(
    index,
    `<!doctype html><html lang="pt-BR"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Mensagens</title>
<style>:root{color-scheme:light dark}body{font:16px/1.5 system-ui;margin:2rem auto;max-width:60rem;padding:0 1rem}td{padding:.2rem 1rem .2rem 0;vertical-align:top}</style>
<h1>Mensagens</h1><table>${rows.join('\n')}</table></html>\n`,
  );
  console.log(`${rows.length} mensagens. Abra no navegador: ${index}`);
});
