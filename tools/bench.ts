import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { type AvailabilityFigures, measureAvailability, type Place } from './bench/availability.ts';
import type { Spread } from './bench/figures.ts';
import { type BenchRequest, benchRequest } from './bench/request.ts';
import { measureWebhooks, type WebhookFigures } from './bench/webhooks.ts';
import { build } from './cli/build.ts';
import { command } from './cli/command.ts';
import { root } from './cli/paths.ts';
import { consentOf } from './cli/terminal.ts';
import { freePortOffset } from './infra/ports.ts';
import { deleteInstanceData, planServers, stopServers } from './infra/servers.ts';
import { claimInstance } from './platform/state.ts';
import { table } from './platform/summary.ts';

/** Servers of our own, as durable as a platform's: what is measured is what is promised. */
const instance = 'bench';
/** What must hold of the growth of availability's p99, and what is aimed at. */
const limits = { ratio: 2, exponent: 0.3, exponentGoal: 0.1 };

await command('bench', async (asked) => {
  const request = benchRequest(asked);
  const progress = (message: string): void => console.error(`  ${message}`);
  const portOffset = await freePortOffset(3_000);
  const release = claimInstance(instance, portOffset);
  const plan = await planServers({
    instance,
    portOffset,
    infra: request.infra,
    durable: true,
    dieWithUs: true,
    consent: consentOf(request.yes),
    env: {},
  });
  // A run that was interrupted left its data.
  await deleteInstanceData(instance, portOffset);
  try {
    progress(`Servidores em modo ${plan.mode} (${plan.reason}) e compilação…`);
    const [servers] = await Promise.all([plan.start(progress), build()]);
    return await measure(request, { instance, portOffset, servers, progress });
  } finally {
    await stopServers(instance, portOffset, plan.mode, 'at once');
    await deleteInstanceData(instance, portOffset);
    release();
  }
});

async function measure({ scenarios, rows, json }: BenchRequest, place: Place): Promise<number> {
  const results: { disponibilidade?: AvailabilityFigures; webhooks?: WebhookFigures } = {};
  if (scenarios.includes('disponibilidade')) results.disponibilidade = await measureAvailability(place, rows);
  if (scenarios.includes('webhooks')) results.webhooks = await measureWebhooks(place);
  const report = {
    quando: new Date().toISOString(),
    maquina: { cpus: availableParallelism(), memoriaBytes: totalmem(), node: process.version },
    cenarios: results,
  };
  mkdirSync(join(root, 'bench'), { recursive: true });
  writeFileSync(join(root, 'bench/results.json'), `${JSON.stringify(report, undefined, 2)}\n`);
  if (json) console.log(JSON.stringify(report, undefined, 2));
  else {
    if (results.disponibilidade) console.log(availabilityTable(results.disponibilidade));
    if (results.webhooks) console.log(webhooksTable(results.webhooks));
  }
  return !results.disponibilidade || holds(results.disponibilidade) ? 0 : 1;
}

function holds({ ratio, exponent }: AvailabilityFigures): boolean {
  return ratio <= limits.ratio && exponent <= limits.exponent;
}

function ms({ median, least, most }: Spread): string {
  return `${decimal(median / 1_000)} ms (${decimal(least / 1_000)}–${decimal(most / 1_000)})`;
}

function webhooksTable(figures: WebhookFigures): string {
  const rate = ({ median, least, most }: Spread): string =>
    `${median.toFixed(0)}/s (${least.toFixed(0)}–${most.toFixed(0)})`;
  return [
    '\nWebhooks de captura, assinados (mediana e faixa das rodadas)\n',
    table([
      ['O QUÊ', 'MEDIDO'],
      [`guardados, por ${figures.concurrency} remetentes ao mesmo tempo`, rate(figures.storedPerSecond)],
      ['com efeito, até o último da rajada', rate(figures.appliedPerSecond)],
      [`do POST ao efeito, a ${figures.steadyRate}/s: p50`, ms(figures.toEffectP50)],
      [`do POST ao efeito, a ${figures.steadyRate}/s: p99`, ms(figures.toEffectP99)],
    ]),
  ].join('\n');
}

function availabilityTable(figures: AvailabilityFigures): string {
  const { sizes, intervals, requestsPerSize, ratio, exponent } = figures;
  const goal = exponent <= limits.exponentGoal ? 'e a meta de 0,10 também' : 'mas não a meta de 0,10';
  return [
    `\nDisponibilidade de uma semana (${intervals} intervalos na resposta, ${requestsPerSize} pedidos por tamanho, mediana e faixa das rodadas)\n`,
    table([
      ['LINHAS', 'P50', 'P99'],
      ...sizes.map(({ rows, p50, p99 }) => [new Intl.NumberFormat('pt-BR').format(rows), ms(p50), ms(p99)]),
    ]),
    `\n  p99 do maior ÷ p99 do menor: ${decimal(ratio)} (no máximo ${limits.ratio})`,
    `  expoente de crescimento do p99: ${decimal(exponent)} (no máximo ${decimal(limits.exponent)})`,
    holds(figures) ? `\nO prometido se cumpre, ${goal}.` : '\nO prometido NÃO se cumpre.',
  ].join('\n');
}

function decimal(value: number): string {
  return new Intl.NumberFormat('pt-BR', { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value);
}
