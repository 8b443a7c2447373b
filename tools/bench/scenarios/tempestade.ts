import { setTimeout as delay } from 'node:timers/promises';
import { alternate, type Spread, spreadOf, ratios } from '../figures.ts';
import { Floor } from '../floor.ts';
import type { Outcome } from '../load/calls.ts';
import type { Place } from '../place.ts';
import { requireNative } from '../place.ts';
import { asAdmin } from '../occupations.ts';
import { Platform } from '../platform.ts';
import type { Row, Scenario } from '../scenario.ts';
import { expectOnly } from '../waiting.ts';

const contenders = 1_000;
/** What else goes on meanwhile: so many clients who want times that nobody else wants. */
const others = 4;
/** As many connections as a service has: it too lets a thousand wait for them. */
const pgbenchClients = 16;
type Door = 'reservas' | 'bff-web';

/** Everybody wants one time; others want others. */
export const tempestade: Scenario = {
  title: 'Mil pessoas para um horário',
  async run(place) {
    requireNative(place, 'O cenário tempestade');
    const platform = await Platform.of(place);
    const floor = await Floor.create(place);
    try {
      const found = [await storm(place, platform, floor, 'reservas'), await storm(place, platform, floor, 'bff-web')];
      return { rows: found.flatMap(({ rows }) => rows), notes: found.flatMap(({ notes }) => notes) };
    } finally {
      await floor.drop();
    }
  },
};

async function storm(
  place: Place,
  platform: Platform,
  floor: Floor,
  door: Door,
): Promise<{ rows: Row[]; notes: string[] }> {
  const [load, beside] = [await place.load(), await place.load('ao lado')];
  const { clientela } = platform;
  const answers: Record<string, number> = {};
  const broken: string[] = [];
  const whileStorm: number[] = [];
  const alone = async (): Promise<number> => {
    const calls = await clientela.holds(platform.url(door), place.quick ? 30 : 160);
    const outcome = await beside.run({ calls, pace: { clients: others } });
    expectOnly(outcome, '201');
    return (calls.length / outcome.wallMs) * 1_000;
  };
  const run = async (): Promise<number> => {
    const [slot, elsewhere] = [clientela.slot(), await clientela.holds(platform.url(door), 1_500)];
    const calls = await Promise.all(
      Array.from({ length: contenders }, async () =>
        clientela.hold(platform.url(door), slot, await clientela.newToken()),
      ),
    );
    const deadlocksBefore = await deadlocks(place);
    const meanwhile = beside.run({ calls: elsewhere, pace: { clients: others } });
    const started = performance.now();
    const outcome = await load.run({ calls, pace: { dueMs: calls.map(() => 0) } });
    const wallMs = performance.now() - started;
    beside.halt();
    const other = await meanwhile;
    whileStorm.push((other.endedMs.filter((at) => at <= wallMs).length / wallMs) * 1_000);
    for (const [status, count] of Object.entries(outcome.statuses)) answers[status] = (answers[status] ?? 0) + count;
    broken.push(...mistakesIn(outcome, door), ...othersRefused(other));
    const met = (await deadlocks(place)) - deadlocksBefore;
    broken.push(...Array.from({ length: met }, () => 'um impasse no banco (deadlock)'));
    return outcome.wallMs / 1_000;
  };
  await alone();
  const { wall, floorWall, calm } = await alternate(place.quick ? 1 : place.rounds, {
    wall: run,
    floorWall: async () => {
      const transactionsPerClient = Math.ceil(contenders / pgbenchClients);
      const { perSecond } = await floor.run({ script: 'disputa', clients: pgbenchClients, transactionsPerClient });
      return contenders / perSecond;
    },
    calm: alone,
  });
  place.progress(`tempestade: por ${door}`);
  const seconds = (spread: Spread): Spread => ({
    median: spread.median * 1_000,
    least: spread.least * 1_000,
    most: spread.most * 1_000,
  });
  const bound =
    door === 'reservas'
      ? 'a CPU de reservas: mil tokens a conferir e mil respostas a escrever; o banco recusa em muito menos'
      : 'a CPU do BFF e a de reservas, uma depois da outra, por pedido';
  return {
    rows: [
      {
        id: `tempestade-${door}`,
        title: `mil clientes para um horário por ${door}: duração ÷ pgbench com tranca antes`,
        unit: '',
        better: 'lower',
        must: 5,
        goal: 2,
        measured: spreadOf(ratios(wall, floorWall)),
        of: { ours: seconds(spreadOf(wall)), floor: seconds(spreadOf(floorWall)), unit: 'ms' },
        bound,
        next: 'mais instâncias: recusar já não custa transação nem conexão',
      },
      {
        id: `tempestade-${door}-respostas`,
        title: `o que saiu do prometido (um 201, os outros 409${door === 'bff-web' ? ' ou 503 com Retry-After' : ''}; nenhum impasse no banco) por ${door}`,
        unit: '',
        better: 'lower',
        must: 0,
        goal: 0,
        measured: spreadOf([broken.length]),
        bound: 'uma promessa, não um custo',
        next: 'nada',
      },
      {
        id: `tempestade-${door}-outros`,
        title: `vazão dos outros horários durante a tempestade ÷ sem ela, por ${door}`,
        unit: '',
        better: 'higher',
        must: 0.7,
        goal: door === 'reservas' ? 0.95 : 0.9,
        measured: spreadOf(ratios(whileStorm, calm)),
        of: { ours: spreadOf(whileStorm), floor: spreadOf(calm), unit: '/s' },
        bound: 'a CPU do mesmo processo: quem quer outro horário é lido depois dos mil que chegaram antes',
        next: 'mais instâncias, ou recusar antes de validar',
      },
    ],
    notes: [
      `Respostas da tempestade por ${door}, somadas: ${JSON.stringify(answers)}.`,
      ...[...new Set(broken)].slice(0, 5).map((what) => `Por ${door}: ${what}.`),
    ],
  };
}

/** What nobody was promised; a client that gives up is one of them. */
function mistakesIn({ statuses, withoutRetryAfter, firstError }: Outcome, door: Door): string[] {
  const { '201': won = 0, '409': refused = 0, '503': later = 0 } = statuses;
  const allowed = door === 'bff-web' ? later - withoutRetryAfter : 0;
  const wrong = contenders - won - refused - allowed;
  return [
    ...(won === 1 ? [] : [`${won} respostas 201 para um horário`]),
    ...Array.from({ length: wrong }, () => `respostas inesperadas: ${JSON.stringify(statuses)} ${firstError ?? ''}`),
  ];
}

const othersRefused = ({ statuses }: Outcome): string[] =>
  Object.entries(statuses).flatMap(([status, count]) =>
    status === '201' || status === '503' ? [] : Array.from({ length: count }, () => `a outro horário, ${status}`),
  );

/** Which PostgreSQL has found in the database of reservas since ever; what it counts is told within a second. */
async function deadlocks({ servers }: Place): Promise<number> {
  await delay(1_100);
  const { rows } = await asAdmin(servers.urls.postgres, (client) =>
    client.query<{ deadlocks: string }>(`SELECT deadlocks FROM pg_stat_database WHERE datname = 'reservas'`),
  );
  return Number(rows[0]?.deadlocks);
}
