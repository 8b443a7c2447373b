import type { Logger } from './logger.js';
import { Worker } from './worker.js';

/** How often, ms. Each asks for a part that is bounded, over an index. */
const EVERY_MS = 30_000;

/**
 * Puts into gauges what only the database knows, in every process that has them: any one of them is enough for who looks
 * at it. While it cannot be asked the gauges go silent (`measuredGauge`).
 */
export class Measures extends Worker {
  constructor(name: string, measure: () => Promise<unknown>, logger: Logger) {
    super({ name: `medidas: ${name}`, floorMs: EVERY_MS, drain: () => measure().then(() => 0) }, logger);
  }
}
