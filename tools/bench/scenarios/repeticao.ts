import { alternate, percentile, ratios, spreadOf } from '../figures.ts';
import type { Call } from '../load/calls.ts';
import { Platform } from '../platform.ts';
import type { Scenario } from '../scenario.ts';
import { expectOnly } from '../waiting.ts';

const clients = 4;

/** A POST that is repeated with its key is answered with what was answered first. */
export const repeticao: Scenario = {
  title: 'Repetição com a mesma Idempotency-Key',
  async run(place) {
    const platform = await Platform.of(place);
    const load = await place.load();
    const count = place.quick ? 40 : 150;
    let made: Call[] = [];
    const p50 = async (calls: Call[]): Promise<number> => {
      const outcome = await load.run({ calls, pace: { clients } });
      expectOnly(outcome, '201');
      return percentile(outcome.latenciesMs, 0.5);
    };
    const first = async (): Promise<number> =>
      p50((made = await platform.clientela.holds(platform.url('reservas'), count)));
    await first();
    await p50(made);
    // What is repeated in a round was made in the same round, or in the one before.
    const measured = await alternate(place.rounds, { first, replay: () => p50(made) });
    place.progress('repeticao: medida');
    return {
      rows: [
        {
          id: 'repeticao-por-primeira',
          title: 'repetição ÷ primeira vez (p50)',
          unit: '',
          better: 'lower',
          must: 1,
          goal: 0.5,
          measured: spreadOf(ratios(measured.replay, measured.first)),
          of: { ours: spreadOf(measured.replay), floor: spreadOf(measured.first), unit: 'ms' },
          bound: 'o pedido em si: token, validação, e três idas ao banco (transação, chave, resposta guardada)',
          next: 'a chave e a resposta numa só ida',
        },
      ],
    };
  },
};
