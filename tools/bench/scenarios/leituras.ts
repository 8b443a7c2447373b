import { randomUUID } from 'node:crypto';
import { alternate, ratios, spreadOf } from '../figures.ts';
import { startFloor } from '../start-floor.ts';
import type { Call } from '../load/calls.ts';
import { spaceId } from '../occupations.ts';
import type { Place } from '../place.ts';
import { Platform } from '../platform.ts';
import type { Row, Scenario } from '../scenario.ts';
import { expectOnly } from '../waiting.ts';

const clients = 8;

/** Reading a booking and the catalogue, against an empty Nest on Fastify that answers as many bytes. */
export const leituras: Scenario = {
  title: 'Leituras',
  async run(place) {
    const platform = await Platform.of(place);
    const load = await place.load();
    const dono = randomUUID();
    const token = await platform.clientela.newToken('CLIENTE', dono);
    const made = await load.run({
      calls: [await platform.clientela.hold(platform.url('reservas'), platform.clientela.slot(), token)],
      pace: { clients: 1 },
      keepBodies: true,
    });
    expectOnly(made, '201');
    const { id } = JSON.parse(made.bodies[0] ?? '') as { id: string };
    const reservas = platform.url('reservas');
    const headers = { authorization: `Bearer ${token}` };
    const what: [id: string, title: string, call: Call][] = [
      ['reserva', 'uma reserva', { method: 'GET', url: `${reservas}/v1/reservas/${id}`, headers }],
      ['espaco', 'um espaço', { method: 'GET', url: `${reservas}/v1/espacos/${spaceId(0)}` }],
      ['catalogo', 'uma página do catálogo (20 espaços)', { method: 'GET', url: `${reservas}/v1/espacos?limite=20` }],
    ];
    const rows: Row[] = [];
    for (const [name, title, call] of what) rows.push(await compare(place, name, title, call));
    return { rows };
  },
};

async function compare(place: Place, name: string, title: string, call: Call): Promise<Row> {
  const load = await place.load();
  const rate = async (asked: Call, count: number): Promise<number> => {
    const outcome = await load.run({ calls: Array.from({ length: count }, () => asked), pace: { clients } });
    expectOnly(outcome, '200');
    return (count / outcome.wallMs) * 1_000;
  };
  const sample = await load.run({ calls: [call], pace: { clients: 1 }, keepBodies: true });
  expectOnly(sample, '200');
  const bytes = Buffer.byteLength(sample.bodies[0] ?? '');
  const bare = await startFloor('bare-nest.ts', String(bytes));
  try {
    const [oursWarm, bareWarm] = [await rate(call, 400), await rate({ method: 'GET', url: bare.url }, 800)];
    const [oursCount, bareCount] = [oursWarm, bareWarm].map((perSecond) => Math.round(perSecond * place.seconds * 0.7));
    const { ours, floor } = await alternate(place.rounds, {
      ours: () => rate(call, oursCount ?? 0),
      floor: () => rate({ method: 'GET', url: bare.url }, bareCount ?? 0),
    });
    place.progress(`leituras: ${title}`);
    return {
      id: `leitura-${name}`,
      title: `ler ${title} ÷ Nest nu sobre Fastify com os mesmos ${bytes} bytes`,
      unit: '',
      better: 'higher',
      goal: 0.5,
      measured: spreadOf(ratios(ours, floor)),
      of: { ours: spreadOf(ours), floor: spreadOf(floor), unit: '/s' },
      bound: 'a CPU de um processo: conferir o token, validar, ir ao banco ou ao Redis e escrever o JSON',
      next: 'a resposta já pronta na memória do processo, ou menos camadas por pedido',
    };
  } finally {
    bare.stop();
  }
}
