import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { previas } from '../services/notificacoes/src/infrastructure/previas.ts';
import { writePreviews } from '../tools/previas/pages.ts';
import { launchBrowser } from '../tools/site/browser.ts';
import { openPage, violations } from './navegador.ts';

const origens = { site: 'https://reservas.exemplo.com', painel: 'https://painel.exemplo.com' };
const ENORME = 'Pneumoultramicroscopicossilicovulcanoconiótico'.repeat(6);
const WIDTHS = [320, 1_280];
const THEMES = ['light', 'dark'] as const;

let browser: Browser;
let index: string;
let hostile: string;
const folders: string[] = [];

beforeAll(async () => {
  const write = (...what: Parameters<typeof previas>) => {
    const folder = mkdtempSync(join(tmpdir(), 'previas-'));
    folders.push(folder);
    return writePreviews(previas(...what), folder);
  };
  index = write(origens);
  hostile = write(origens, ENORME);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Opens each page of the folder in turn, narrow and wide, light and dark. @returns what was wrong, and where */
async function inspect(
  pages: readonly string[],
  wrong: (page: Page, width: number, theme: (typeof THEMES)[number]) => Promise<readonly string[]>,
): Promise<string[]> {
  const complaints: string[] = [];
  const asked: string[] = [];
  const page = await openPage(browser, complaints);
  // A reader of mail that loads nothing: what a page would fetch is counted, and not given.
  await page.route(/^(?!file:)/, (route) => {
    asked.push(route.request().url());
    return route.abort();
  });
  const found: string[] = [];
  for (const file of pages) {
    await page.goto(pathToFileURL(file).href);
    for (const theme of THEMES)
      for (const width of WIDTHS) {
        await page.emulateMedia({ colorScheme: theme });
        await page.setViewportSize({ width, height: 800 });
        const said = await wrong(page, width, theme);
        found.push(...said.map((each) => `${file.split('/').at(-1)} ${width} ${theme}: ${each}`));
      }
  }
  await page.context().close();
  return [...found, ...complaints, ...asked.map((url) => `pediu ${url}`)];
}

const pagesBeside = (where: string): string[] =>
  readdirSync(dirname(where))
    .filter((file) => file.endsWith('.html'))
    .map((file) => join(dirname(where), file));

/** How far it goes beyond its width, and the first element that does. */
const scroll = async (page: Page): Promise<string[]> => {
  const beyond = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  return beyond > 0 ? [`${beyond} px para o lado`] : [];
};
/** What is read of it when no picture comes: something, and nothing of it lost outside of its box. */
const illegible = async (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(`[...document.querySelectorAll('[role=article] div, [role=article] td, [role=article] a')]
    .filter((each) => each.childElementCount === 0 && each.innerText?.trim() && each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== 'inline')
    .map((each) => 'cortado: ' + each.innerText.slice(0, 60))
    .concat(document.querySelector('[role=article]')?.innerText.trim() ? [] : ['nada se lê'])
    .concat([...document.images].map(() => 'uma imagem'))`);

describe('As mensagens num navegador', () => {
  it('cabem em 320 px, leem-se sem imagens e nada buscam, em cada língua, claras e escuras', async () => {
    const pages = pagesBeside(index).filter((file) => file !== index);
    expect(pages.length).toBeGreaterThan(100);
    expect(await inspect(pages, async (page) => [...(await scroll(page)), ...(await illegible(page))])).toEqual([]);
  });

  it('cabem também com palavras enormes onde há as de alguém', async () => {
    const pages = pagesBeside(hostile);
    expect(await inspect(pages, async (page, width) => (width === 320 ? scroll(page) : []))).toEqual([]);
  });

  it('têm contraste, títulos e papéis que a WCAG pede, claras e escuras', async () => {
    // The frame is of all: a few of the messages have every part that there is.
    const parts = /RESERVA-CONFIRMADA|reserva-confirmada|cancelada-por|lembrete-24h|redefinir|divergencia|como-foi/;
    const pages = pagesBeside(index).filter((file) => parts.test(file));
    expect(pages.length).toBeGreaterThan(10);
    const ofMail = async (page: Page) =>
      // A letter is shown inside of a page that has its own landmarks.
      (await violations(page)).filter((each) => !/^(landmark-one-main|region):/.test(each));
    expect(await inspect(pages, (page, width) => (width === 320 ? ofMail(page) : Promise.resolve([])))).toEqual([]);
  });

  it('o índice abre, leva a cada uma, e mostra o que vai por SMS e ao aplicativo', async () => {
    expect(await inspect([index], async (page) => [...(await scroll(page)), ...(await violations(page))])).toEqual([]);
    const page = await openPage(browser, []);
    await page.goto(pathToFileURL(index).href);
    const links = await page.evaluate<string[]>(
      `[...document.querySelectorAll('article a')].map((each) => each.getAttribute('href'))`,
    );
    const files = readdirSync(dirname(index)).filter((file) => file !== 'index.html');
    expect(links.map((link) => decodeURI(link)).toSorted()).toEqual(files.toSorted());
    const confirmed = page.locator('article', { hasText: 'RESERVA_CONFIRMADA' }).first();
    expect(await confirmed.locator('.sms').innerText()).toMatch(/Sala Ipê/);
    expect(await confirmed.locator('.push').innerText()).toMatch(/Sala Ipê[^]*abre \/reservas\//);
    await page.locator('article a').first().click();
    await page.locator('[role=article]').waitFor();
    await page.context().close();
  });
});
