import Sequencer from '@jest/test-sequencer';

/** Where nobody has run them yet Jest cannot know what goes first: the longest, which begun last would run on alone. */
const longest = [
  // What they look at is as the start of the servers left it; the end-to-end tests put other databases there.
  'tools/infra/master-key-mark.int',
  'tools/infra/provision.int',
  'services/reservas/test/corridas.int',
  'services/auth/test/seguranca-apagamento-quedas.e2e',
  'services/auth/test/seguranca-fatores.int',
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
