import type { Page } from 'playwright-core';

/** As the browser itself measures a visit (https://www.w3.org/TR/largest-contentful-paint/, …/layout-instability, …/event-timing). */
export interface Vitals {
  readonly lcpMs: number;
  readonly cls: number;
  /** The slowest answer to a press or a key. */
  readonly inpMs: number;
}

const OBSERVE = `(() => {
  const seen = (window.__vitals = { lcpMs: 0, cls: 0, inpMs: 0 });
  const observe = (options, take) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ buffered: true, ...options });
  observe({ type: 'largest-contentful-paint' }, ({ startTime }) => (seen.lcpMs = startTime));
  observe({ type: 'layout-shift' }, ({ value, hadRecentInput }) => { if (!hadRecentInput) seen.cls += value; });
  observe({ type: 'event', durationThreshold: 16 }, ({ interactionId, duration }) => {
    if (interactionId) seen.inpMs = Math.max(seen.inpMs, duration);
  });
})()`;

/** From now on every document of the page measures itself. */
export const observeVitals = (page: Page): Promise<unknown> => page.addInitScript(OBSERVE);

/** Of the document that is open. */
export const vitalsOf = (page: Page): Promise<Vitals> => page.evaluate<Vitals>('window.__vitals');

/** The processor of a phone: so many times slower than this one. */
export async function slowDown(page: Page, rate: number): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate });
}
