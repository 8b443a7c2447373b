import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { siteUrl } from '../apps.ts';
import { root } from '../cli/paths.ts';
import { launchBrowser } from './browser.ts';
import type { Screen } from './screens.ts';

const widths = [320, 1_280];
const themes = ['light', 'dark'] as const;

/** Pictures of every screen of a page, in both themes, narrow and wide; one session goes all the way. */
export async function takePictures(bff: string, portOffset: number, screens: readonly Screen[], into: string) {
  const site = siteUrl(bff, portOffset);
  const folder = join(root, '.data', into);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ locale: 'pt-BR', timezoneId: 'America/Sao_Paulo', reducedMotion: 'reduce' });
    page.on('console', (message) => {
      if (message.type() === 'error') console.log(`  no navegador: ${message.text()}`);
    });
    for (const { name, open } of screens) {
      await page.setViewportSize({ width: 1_280, height: 900 });
      await open({ site, page });
      for (const colorScheme of themes)
        for (const width of widths) {
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize({ width, height: 900 });
          await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
        }
      console.log(`✔ ${name}`);
    }
  } finally {
    await browser.close();
  }
  console.log(`Imagens em ${folder}`);
}
