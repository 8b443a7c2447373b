import { siteUrl } from '../apps.ts';
import { launchBrowser } from './browser.ts';
import { observeVitals, slowDown, type Vitals, vitalsOf } from './vitals.ts';
import type { Browser } from 'playwright-core';

/** On the processor of a phone: so many times slower than this one. */
const SLOWER = 4;
/** One visit says little of a machine that does other things too: the middle one of these counts. */
const VISITS = 5;

/** What a visit may cost (Core Web Vitals, each below what counts as good). */
export const budget: Vitals = { lcpMs: 1_800, inpMs: 150, cls: 0.05 };

/** What a first visit costs, by the browser's own measure: read, filter, open. */
async function visit(browser: Browser, url: string): Promise<Vitals> {
  const page = await browser.newPage({ locale: 'pt-BR', viewport: { width: 390, height: 844 } });
  try {
    await observeVitals(page);
    await slowDown(page, SLOWER);
    await page.goto(url);
    const first = page.getByRole('link', { name: /^Livre / }).first();
    await first.waitFor();
    const { lcpMs } = await vitalsOf(page);
    await page.locator('main select').first().selectOption({ index: 1 });
    await page.locator('main input').first().pressSequentially('sala');
    await first.waitFor();
    await first.click();
    await page.locator('a[href*="/conferir"]').click();
    return { ...(await vitalsOf(page)), lcpMs };
  } finally {
    await page.context().close();
  }
}

/** The middle one of an odd number of values. */
export const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;

/** What goes beyond the budget, one sentence each. */
export function excesses({ lcpMs, inpMs, cls }: Vitals): string[] {
  return [
    ...(lcpMs <= budget.lcpMs ? [] : [`LCP ${Math.round(lcpMs)} ms, até ${budget.lcpMs}`]),
    ...(inpMs <= budget.inpMs ? [] : [`INP ${Math.round(inpMs)} ms, até ${budget.inpMs}`]),
    ...(cls <= budget.cls ? [] : [`CLS ${cls.toFixed(3)}, até ${budget.cls}`]),
  ];
}

/** Measures visits and says each; what the middle of them goes beyond. */
export async function measureVisits(bff: string, portOffset: number): Promise<string[]> {
  const browser = await launchBrowser();
  try {
    // The first one warms up what a house that is in use has warm.
    await visit(browser, siteUrl(bff, portOffset));
    const visits: Vitals[] = [];
    for (let n = 0; n < VISITS; n++) {
      const { lcpMs, inpMs, cls } = await visit(browser, siteUrl(bff, portOffset));
      visits.push({ lcpMs, inpMs, cls });
      console.log(`  visita ${n + 1}: LCP ${Math.round(lcpMs)} ms, INP ${inpMs} ms, CLS ${cls.toFixed(3)}`);
    }
    const of = (what: keyof Vitals): number => middle(visits.map((one) => one[what]));
    return excesses({ lcpMs: of('lcpMs'), inpMs: of('inpMs'), cls: of('cls') });
  } finally {
    await browser.close();
  }
}
