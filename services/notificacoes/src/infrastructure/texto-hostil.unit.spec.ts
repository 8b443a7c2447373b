import { describe, expect, it } from '@jest/globals';
import { type Canal, type Conteudos, type Mensagem } from '../application/ports.js';
import { CANAIS, type TipoDeCanal } from '../domain/entrega.js';
import { Fronteira } from './canal-guardado.js';
import { contatoDeExemplo } from './exemplos.js';
import { type Previa, previas } from './previas.js';

const origens = { site: 'https://reservas.exemplo.com', painel: 'https://painel.exemplo.com' };
const HOSTIS: Readonly<Record<string, string>> = {
  HTML: `</td></tr></table><script>alert(1)</script><img src=x onerror="alert(1)"><a href='https://mau.net'>ali</a>`,
  'um atributo que se fecha': `" onmouseover="alert(1)" style='display:none' x="`,
  'um comentário': '--><!--[if mso]><b>x</b><![endif]--><style>*{display:none}</style>',
  entidades: '&lt;script&gt; &#60;b&#62; &amp;amp;',
  'outro cabeçalho': 'Ana\r\nBcc: x@mau.net\r\n\r\n<b>corpo</b>\n\n-- \nrodapé',
  'linhas de toda espécie': 'a\u2028b\u2029c\u0085d\u000be\ff\0g\u001bh',
  'o sentido da leitura': 'Ana \u202Eoãn odagap\u2066\u2067\u200F\u061C fim',
  'uma palavra enorme': 'Pneumoultramicroscopicossilicovulcanoconiótico'.repeat(40),
  'outros alfabetos': '日本語 שלום عربي 🐘👩‍👩‍👧‍👦 ﷽ Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢',
  'a língua dos modelos': '{{link}} {{#if nome}}x{{/if}}\n\n@botao Pague | https://mau.net\n\n@nota x',
  links: 'https://mau.net/a www.mau.net mau@mau.net //mau.net javascript:alert(1) mau.net',
  'a língua dos calendários': 'Sala\r\nATTENDEE:mailto:x@mau.net\r\nEND:VEVENT;LOCATION="x',
};
/** That of which the words are taken to see what they changed. */
const HONESTAS = previas(origens, 'Palavra');

const conteudoDe = (previa: Previa, canal: TipoDeCanal): Conteudos[TipoDeCanal] | undefined =>
  ({ EMAIL: previa.email, SMS: previa.sms, PUSH: previa.push })[canal];

/** As a provider gets it: after whoever writes and the border that all cross. */
async function entregue<C extends TipoDeCanal>(tipo: C, conteudo: Conteudos[C], nome: string): Promise<Mensagem<C>> {
  const levadas: Mensagem<C>[] = [];
  const canal: Canal<C> = {
    tipo,
    room: () => Promise.resolve(Infinity),
    deliver: (mensagem) => {
      levadas.push(mensagem);
      return Promise.resolve({ provedor: 'ninguém' });
    },
  };
  const fronteira = new Fronteira<C>(canal, origens, () => Promise.resolve());
  await fronteira.deliver({ id: '1', tipo: 'X', para: { ...contatoDeExemplo('pt-BR'), nome }, conteudo });
  const [levada] = levadas;
  if (!levada) throw new Error('nada passou pela fronteira');
  return levada;
}

/** Its elements and their attributes, in order, without the words. */
const esqueleto = (html: string): string[] =>
  [
    ...html.matchAll(/<!--|-->|<\/?[a-z][^\s/>]*(?:\s+[^\s=>"']+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+))?)*\s*\/?>/gi),
  ].map(([tag]) => tag.replace(/="[^"]*"/g, ''));
const links = (html: string): string[] => [...html.matchAll(/href="([^"]*)"/g)].map(([, link = '']) => link);
const enderecos = (texto: string): string[] =>
  [...texto.matchAll(/\b[a-z]+:\/\/[^\s)]+|\bwww\.\S+/gi)].map(([um]) => um);
/** The names of a calendar's lines, unfolded (RFC 5545, 3.1). */
const linhasDoCalendario = (ics: string | undefined): string[] =>
  (ics ?? '')
    .replace(/\r\n[ \t]/g, '')
    .split('\r\n')
    .map((linha) => linha.replace(/[:;].*$/s, ''));
const INVISIVEL = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\u2028\u2029]|(?![\n])\p{Cc}/u;

describe.each(Object.entries(HOSTIS))('Palavras hostis: %s', (_oque, hostil) => {
  const todas = previas(origens, hostil).map((previa, i) => ({ previa, honesta: HONESTAS[i] as Previa }));

  it.each(CANAIS)(
    'em nenhuma mensagem, em nenhuma língua, mudam outra coisa além das palavras, por %s',
    async (canal) => {
      let quantas = 0;
      for (const { previa, honesta } of todas) {
        const [conteudo, como] = [conteudoDe(previa, canal), conteudoDe(honesta, canal)];
        if (!conteudo || !como) continue;
        quantas++;
        const { para, conteudo: chegado } = await entregue(canal, conteudo, hostil);
        const onde = [previa.nome, previa.idioma];
        // What becomes a header, a title, or the only line of a telephone.
        for (const linha of [para.nome, chegado.assunto, ...(canal === 'EMAIL' ? [] : [chegado.texto])])
          expect([...onde, linha.split(/[\r\n\p{Cc}\p{Zl}\p{Zp}]/u).length]).toEqual([...onde, 1]);
        expect([...onde, INVISIVEL.exec(`${chegado.assunto}${chegado.texto}`)]).toEqual([...onde, null]);
        expect([...onde, enderecos(chegado.texto)]).toEqual([...onde, enderecos(como.texto)]);
        expect([...onde, chegado.texto.split('\n').length]).toEqual([...onde, como.texto.split('\n').length]);
        if ('caminho' in chegado) expect(chegado).toMatchObject({ caminho: (como as Conteudos['PUSH']).caminho });
        if (!('html' in chegado)) continue;
        const { html, calendario } = como as Conteudos['EMAIL'];
        expect([...onde, esqueleto(chegado.html)]).toEqual([...onde, esqueleto(html)]);
        expect([...onde, links(chegado.html)]).toEqual([...onde, links(html)]);
        expect([...onde, INVISIVEL.exec(chegado.html)]).toEqual([...onde, null]);
        expect([...onde, linhasDoCalendario(chegado.calendario?.ics)]).toEqual([
          ...onde,
          linhasDoCalendario(calendario?.ics),
        ]);
      }
      expect(quantas).toBeGreaterThan(40);
    },
  );
});
