import Sequencer from '@jest/test-sequencer';

/** Where nobody has run them yet Jest cannot know: the longest, which begun last would run on alone. */
const longest = [
  'services/reservas/test/corridas.int',
  'services/pagamentos/test/recibos.int',
  'services/reservas/test/busca.int',
  'services/pagamentos/test/painel.int',
  'services/reservas/test/promessas.int',
  'services/reservas/test/ciclo.int',
  'libs/messaging/test/half-open.int',
  'services/pagamentos/test/disputas.int',
  'services/reservas/test/laco-de-eventos.int',
];

/** Jest's order (what failed first, then by duration), with the longest before all, and what waits for servers before what computes. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const known = super.sort(tests);
    const rank = ({ path, duration }) => {
      const place = longest.findIndex((name) => path.includes(name));
      if (place !== -1) return place - longest.length;
      return duration === undefined && path.endsWith('.unit.spec.ts') ? 1 : 0;
    };
    return known.toSorted((left, right) => rank(left) - rank(right));
  }
}
