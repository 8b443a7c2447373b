import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { root } from '../tools/cli/paths.ts';

const axe = readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8');

/** A page in the browser, and what it had against it: scripts that failed, what the CSP stopped, files that were not there. */
export async function openPage(
  browser: Browser,
  complaints: string[],
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Page> {
  const context = await browser.newContext({
    locale: 'pt-BR',
    timezoneId: 'America/Sao_Paulo',
    reducedMotion: 'reduce',
    ...options,
  });
  const opened = await context.newPage();
  opened.on('pageerror', (error) => complaints.push(String(error)));
  opened.on('console', (message) => {
    // A browser says of each refusal (402 of a card, 404 of nothing) that it could not load it; the page deals with those.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) complaints.push(message.text());
  });
  return opened;
}

/** How each screen is looked at: every pair of a language, a theme and a width, in half of the eight combinations. */
const looks = {
  'pt-BR': [
    ['light', 1_280],
    ['dark', 320],
  ],
  en: [
    ['dark', 1_280],
    ['light', 320],
  ],
} as const;

/** What axe finds (WCAG 2.2 AA and its best practices). */
export async function violations(page: Page): Promise<string[]> {
  // The CSP of the page lets no script in that is not its own; the browser's debugger may.
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(`${axe}; undefined`);
  const tags = JSON.stringify(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']);
  const found = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
    `axe.run({ runOnly: ${tags}, resultTypes: ['violations'] }).then(({ violations }) => violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => ({ html })) })))`,
  );
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 300)).join(' ')}`);
}

/** What makes a page scroll sideways: without it, it would not. */
const wider = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(`(() => {
    const wide = () => document.documentElement.scrollWidth > innerWidth;
    return [...document.body.querySelectorAll(wide() ? '*' : 'nothing')]
      .filter(({ style }) => {
        const before = style.display;
        style.display = 'none';
        const cured = !wide();
        style.display = before;
        return cured;
      })
      .map((each) => each.outerHTML.slice(0, 120));
  })()`);

/** Opens every screen in each look of a language. @returns what is too wide or found by axe, by where it is */
export async function flaws<At extends { page: Page }>(
  screens: readonly { name: string; open: (at: At) => Promise<unknown> }[],
  at: At,
  locale: keyof typeof looks,
): Promise<[where: string, ...string[]][]> {
  const { page } = at;
  const found: [string, ...string[]][] = [];
  for (const { name, open } of screens) {
    await page.setViewportSize({ width: 1_280, height: 900 });
    await open(at);
    for (const [colorScheme, width] of looks[locale]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      const wrong = [...(await wider(page)), ...(await violations(page))];
      if (wrong.length > 0) found.push([[name, locale, colorScheme, width].join(' '), ...wrong]);
    }
  }
  return found;
}
