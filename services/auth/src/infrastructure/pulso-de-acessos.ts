import { type Database, type Logger, Worker } from '@plataforma/platform';
import type { ContarAcessos } from '../application/contar-acessos.js';

/** Four in the minute that what was said counts for, so that three may be lost. */
const CADA_MS = 15_000;

/** Says again and again how many changes of groups there were: whoever missed one finds out, and whoever hears nothing shuts. */
export class PulsoDeAcessos extends Worker {
  constructor(database: Database, acessos: ContarAcessos, logger: Logger) {
    const drain = async (): Promise<number> => {
      await database.transaction(() => acessos.pulse(CADA_MS));
      return 0;
    };
    super({ name: 'pulso dos acessos', floorMs: CADA_MS, drain }, logger);
  }
}
