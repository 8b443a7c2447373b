import { setTimeout as delay } from 'node:timers/promises';
import { type CpuByKind, totalOf } from '../cpu.ts';
import { spreadOf } from '../figures.ts';
import { generatorKind, type Place, requireNative } from '../place.ts';
import { Platform } from '../platform.ts';
import type { Scenario } from '../scenario.ts';

const settleMs = 3_000;
const megabyte = 1024 * 1024;

/** What the platform takes when nobody asks anything of it. */
export const ocioso: Scenario = {
  title: 'Sem nada a fazer',
  async run(place) {
    requireNative(place, 'O cenário ocioso');
    const platform = await Platform.of(place);
    await delay(settleMs);
    const { shares, cpu } = await idleCpu(place);
    const memory = Object.entries(platform.memory());
    place.progress('ocioso: medido');
    return {
      rows: [
        {
          id: 'ocioso-memoria',
          title: 'memória residente de cada um dos sete processos, sem carga (mediana; faixa entre eles)',
          unit: 'MB',
          better: 'lower',
          must: 180,
          goal: 140,
          measured: spreadOf(memory.map(([, bytes]) => bytes / megabyte)),
          bound: 'o que se carrega: Nest, TypeORM, zod, os contratos; e o espaço que o V8 reserva',
          next: 'carregar menos módulos por processo',
        },
        idleRow('ocioso-cpu', 'CPU da plataforma inteira sem carga, servidores inclusive, de um núcleo', shares),
      ],
      cpu: [{ title: 'Sem carga', per: 'segundo', msPerUnit: cpu }],
      notes: [
        `Por processo: ${memory.map(([name, bytes]) => `${name} ${(bytes / megabyte).toFixed(0)} MB`).join(', ')}.`,
      ],
    };
  },
};

export const idleRow = (id: string, title: string, shares: readonly number[]) =>
  ({
    id,
    title,
    unit: '%',
    better: 'lower',
    goal: 2,
    measured: spreadOf(shares),
    bound: 'quem pergunta de tempos em tempos o que um aviso já diria, e as verificações de cada conexão',
    next: 'perguntar mais raramente onde há avisos; juntar as perguntas de um mesmo processo',
  }) as const;

/** Shares of one core in percent, a window each, and CPU-ms per second by kind. */
export async function idleCpu(place: Place): Promise<{ shares: number[]; cpu: CpuByKind }> {
  const [windows, windowMs] = place.quick ? [2, 3_000] : [5, 6_000];
  const shares: number[] = [];
  const sum: Record<string, number> = {};
  for (let window = 0; window < windows; window++) {
    const { cpu } = await place.cpuOf(() => delay(windowMs));
    shares.push(((totalOf(cpu) - (cpu[generatorKind] ?? 0)) / windowMs) * 100);
    for (const [kind, ms] of Object.entries(cpu)) sum[kind] = (sum[kind] ?? 0) + ms / ((windows * windowMs) / 1_000);
  }
  return { shares, cpu: sum };
}
