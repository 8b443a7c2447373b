import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { instanceFolder } from '../../cli/paths.ts';
import { appRole, databases } from '../../infra/secrets.ts';
import { type CpuByKind, totalOf } from '../cpu.ts';
import { spreadOf } from '../figures.ts';
import { asAdmin } from '../occupations.ts';
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
    const statements = await idleStatements(place);
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
        {
          id: 'ocioso-instrucoes',
          title: 'instruções por segundo que a plataforma inteira manda ao PostgreSQL, sem carga',
          unit: '/s',
          better: 'lower',
          must: 20,
          goal: 10,
          measured: spreadOf(statements),
          bound: 'a sondagem de cada conexão que escuta, e o olhar de cada trabalho que espera um aviso',
          next: 'uma só conexão que escuta por processo; um só olhar para os trabalhos de um banco',
        },
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

/** What the applications send a second, a window each: as PostgreSQL's own log has it, transactions' BEGIN and all. */
async function idleStatements(place: Place): Promise<number[]> {
  const log = join(instanceFolder(place.instance), 'logs', 'postgres.log');
  const written = (): number => readFileSync(log, 'utf8').match(/LOG: {2}(?:statement|execute [^:]*):/g)?.length ?? 0;
  return asAdmin(place.servers.urls.postgres, async (admin) => {
    const logging = async (which: 'all' | 'none'): Promise<void> => {
      for (const database of databases)
        await admin.query(`ALTER ROLE ${appRole(database)} SET log_statement = '${which}'`);
      // A session keeps what it began with.
      await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ANY($1)', [
        databases.map(appRole),
      ]);
      await delay(settleMs);
    };
    const [windows, windowMs] = place.quick ? [2, 10_000] : [5, 20_000];
    const rates: number[] = [];
    await logging('all');
    try {
      for (let window = 0; window < windows; window++) {
        const before = written();
        await delay(windowMs);
        rates.push(((written() - before) / windowMs) * 1_000);
      }
    } finally {
      await logging('none');
    }
    return rates;
  });
}
