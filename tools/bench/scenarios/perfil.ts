import { percentile, spreadOf } from '../figures.ts';
import { Platform } from '../platform.ts';
import type { Scenario } from '../scenario.ts';

/**
 * The plan's own load test (k6): users who each book and then pause for a second; 100 of them after 2 of 16 minutes, 200
 * after 9, none at the end. As an open loop of as many bookings a second, the minutes shortened alike.
 */
const stages = [
  { minutes: 2, until: 0.5 },
  { minutes: 5, until: 0.5 },
  { minutes: 2, until: 1 },
  { minutes: 5, until: 1 },
  { minutes: 2, until: 0 },
];
const peakOfPlan = 200;
/** Of what the machine can do at most, at the peak: a load test of a machine that is too small tells nothing. */
const shareOfCapacity = 0.5;

/** When each booking of the profile is due, ms from the beginning. */
export function dueTimes(peakPerSecond: number, msPerMinute: number): number[] {
  const due: number[] = [];
  let from = 0;
  let begun = 0;
  let owed = 0;
  for (const { minutes, until } of stages) {
    const lasts = minutes * msPerMinute;
    for (let ms = 0; ms < lasts; ms++) {
      owed += ((from + ((until - from) * ms) / lasts) * peakPerSecond) / 1_000;
      for (; owed >= 1; owed--) due.push(begun + ms);
    }
    begun += lasts;
    from = until;
  }
  return due;
}

export const perfil: Scenario = {
  title: 'O perfil de carga do plano (k6), na escala da máquina',
  async run(place) {
    const platform = await Platform.of(place);
    const { clientela } = platform;
    const load = await place.load();
    const url = platform.url('bff-web');
    const probe = async (count: number): Promise<number> => {
      const { wallMs } = await load.run({ calls: await clientela.holds(url, count), pace: { clients: 8 } });
      return (count / wallMs) * 1_000;
    };
    await probe(place.quick ? 40 : 200);
    const capacity = await probe(place.quick ? 60 : 300);
    const peak = Math.min(peakOfPlan, capacity * shareOfCapacity);
    const dueMs = dueTimes(peak, place.quick ? 400 : 2_500);
    const outcome = await load.run({ calls: await clientela.holds(url, dueMs.length), pace: { dueMs } });
    place.progress('perfil: medido');
    const failed = dueMs.length - (outcome.statuses['201'] ?? 0);
    const p95 = percentile(outcome.latenciesMs, 0.95);
    const slices = 40;
    const endMs = (dueMs.at(-1) ?? 0) + 1;
    const bySlice = Array.from({ length: slices }, (_, slice) =>
      outcome.latenciesMs.filter((_, index) => Math.floor(((dueMs[index] ?? 0) / endMs) * slices) === slice),
    );
    return {
      rows: [
        {
          id: 'perfil-p95',
          title: 'p95 de uma reserva por bff-web, desde quando devia sair',
          unit: 'ms',
          better: 'lower',
          must: 500,
          goal: 200,
          measured: spreadOf([p95]),
          bound: 'a fila diante da CPU no patamar mais alto',
          next: 'menos CPU por reserva',
        },
        {
          id: 'perfil-erros',
          title: 'reservas que falharam',
          unit: '%',
          better: 'lower',
          must: 1,
          goal: 0.1,
          measured: spreadOf([(failed / dueMs.length) * 100]),
          bound: 'o que o BFF espera por um serviço antes de desistir',
          next: 'nada, enquanto for zero',
        },
      ],
      plots: [
        {
          title: 'Tempo de uma reserva ao longo do perfil',
          x: 'segundos desde o começo',
          y: 'ms',
          series: (
            [
              ['p50', 0.5],
              ['p95', 0.95],
            ] as const
          ).map(([name, share]) => ({
            name,
            points: bySlice.flatMap((of, slice) =>
              of.length === 0 ? [] : [[(slice / slices) * (endMs / 1_000), percentile(of, share)] as const],
            ),
          })),
        },
      ],
      notes: [
        `Capacidade medida logo antes: ${capacity.toFixed(0)}/s; pico do perfil: ${peak.toFixed(0)}/s (o plano pede ${peakOfPlan}/s); ${dueMs.length} reservas em ${(endMs / 1_000).toFixed(0)} s.`,
      ],
    };
  },
};
