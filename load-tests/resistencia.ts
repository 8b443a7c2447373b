import { constante, limites } from './comum.ts';

export { default, setup } from './jornada.ts';

/** The same journey, slowly and for long (MINUTOS=480): what leaks, piles up or grows shows only then. */
export const options = { scenarios: { resistencia: constante(0.5, 2) }, thresholds: limites };
