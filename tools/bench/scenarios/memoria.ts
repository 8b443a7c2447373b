import { setTimeout as delay } from 'node:timers/promises';
import { spreadOf } from '../figures.ts';
import { requireNative } from '../place.ts';
import { Platform } from '../platform.ts';
import type { Scenario } from '../scenario.ts';
import { expectOnly } from '../waiting.ts';
import { idleCpu, idleRow } from './ocioso.ts';

const megabyte = 1024 * 1024;
const clients = 16;

/** What is left of a load: the last scenario, so that it comes after all others; alone it brings a load of its own. */
export const memoria: Scenario = {
  title: 'Depois da carga',
  async run(place) {
    requireNative(place, 'O cenário memoria');
    const platform = await Platform.of(place);
    const load = await place.load();
    const calls = await platform.clientela.holds(platform.url('bff-web'), place.quick ? 150 : 1_500);
    expectOnly(await load.run({ calls, pace: { clients } }), '201');
    const all = (): number => Object.values(platform.memory()).reduce((sum, bytes) => sum + bytes / megabyte, 0);
    const loaded = all();
    const restMs = place.quick ? 5_000 : 60_000;
    await delay(restMs);
    const rested = all();
    const { shares, cpu } = await idleCpu(place);
    place.progress('memoria: medida');
    const row = (id: string, title: string, value: number) =>
      ({
        id,
        title,
        unit: 'MB',
        better: 'lower',
        goal: 900,
        measured: spreadOf([value]),
        bound: 'a pilha do V8, que cresce com a carga e se devolve devagar',
        next: 'menos lixo por pedido; um limite à geração nova e à velha',
      }) as const;
    return {
      rows: [
        row('memoria-depois', 'memória dos sete processos, logo depois da carga', loaded),
        row('memoria-repouso', `a mesma, depois de ${restMs / 1_000} s de repouso`, rested),
        idleRow('ocioso-cpu-depois', 'CPU em repouso, com as cobranças da carga abertas, de um núcleo', shares),
      ],
      cpu: [{ title: 'Em repouso, depois da carga', per: 'segundo', msPerUnit: cpu }],
    };
  },
};
