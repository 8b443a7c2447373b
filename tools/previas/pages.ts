import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a message says, in each channel that it goes by. */
export interface Preview {
  readonly nome: string;
  readonly idioma: string;
  readonly email: { readonly assunto: string; readonly html: string; readonly texto: string };
  readonly sms?: { readonly texto: string };
  readonly push?: { readonly assunto: string; readonly texto: string; readonly caminho?: string | undefined };
}

const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const fileOf = ({ nome, idioma }: Preview): string =>
  `${idioma}-${nome.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-')}`;

function article(preview: Preview): string {
  const { nome, idioma, email, sms, push } = preview;
  const file = encodeURI(fileOf(preview));
  return `<article><h2>${escaped(nome)} <small>${idioma}</small></h2>
<p><a href="${file}.html">${escaped(email.assunto)}</a> (<a href="${file}.txt">em texto: ${escaped(nome)}, ${idioma}</a>)</p>
${sms ? `<p class="sms"><b>SMS</b> ${escaped(sms.texto)}</p>` : ''}
${push ? `<p class="push"><b>${escaped(push.assunto)}</b> ${escaped(push.texto)} <small>abre ${escaped(push.caminho ?? '/')}</small></p>` : ''}
</article>`;
}

/**
 * Writes each e-mail as a page and as text, and an index of all, with what goes to phones and devices in it.
 *
 * @param folder whatever is in it is deleted
 * @returns where the index is
 */
export function writePreviews(previews: readonly Preview[], folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const preview of previews) {
    writeFileSync(join(folder, `${fileOf(preview)}.html`), preview.email.html);
    writeFileSync(join(folder, `${fileOf(preview)}.txt`), preview.email.texto);
  }
  const index = join(folder, 'index.html');
  writeFileSync(
    index,
    `<!doctype html><html lang="pt-BR"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Mensagens</title>
<style>
:root { color-scheme: light dark; background: Canvas; color: CanvasText }
body { font: 16px/1.5 system-ui; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; overflow-wrap: anywhere }
h2 { font-size: 1rem; margin: 2rem 0 0 }
p { margin: .3rem 0 }
.sms, .push { border: 1px solid; border-radius: .5rem; padding: .4rem .8rem; max-width: 30rem }
</style></head><body><main><h1>Mensagens</h1>
${previews.map(article).join('\n')}
</main></body></html>\n`,
  );
  return index;
}
