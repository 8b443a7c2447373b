import { setImmediate } from 'node:timers/promises';
import { currentContext } from './request-context.js';

/** How long a piece of work may keep everybody else waiting, ms. */
const FOLEGO_MS = 5;

/** Lets others have their turn between the pieces of a long computation. */
export class Folego {
  private desde = performance.now();

  /**
   * Returns at once until the turn has been long enough; a piece that is itself long delays all others all the same.
   * @throws DepartedError when nobody waits for the outcome any more
   */
  async take(): Promise<void> {
    if (performance.now() - this.desde < FOLEGO_MS) return;
    await setImmediate();
    currentContext()?.departure?.throwIfAborted();
    this.desde = performance.now();
  }
}
