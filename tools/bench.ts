import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { htmlReport } from './bench/html-report.ts';
import { holds, type Results, type ScenarioResults, scenarioResults } from './bench/judgement.ts';
import { asAdmin } from './bench/occupations.ts';
import { Place } from './bench/place.ts';
import { Platform } from './bench/platform.ts';
import { type BenchRequest, benchRequest, type ScenarioName } from './bench/request.ts';
import type { Scenario } from './bench/scenario.ts';
import { scenarios } from './bench/scenarios.ts';
import { terminalReport } from './bench/terminal-report.ts';
import { build } from './cli/build.ts';
import { command } from './cli/command.ts';
import { root } from './cli/paths.ts';
import { consentOf } from './cli/terminal.ts';
import { UserError } from './cli/user-error.ts';
import { freePortOffset } from './infra/ports.ts';
import { deleteInstanceData, planServers, stopServers } from './infra/servers.ts';
import { claimInstance } from './platform/state.ts';

/** Servers of our own, as durable as a platform's: what is measured is what is promised. */
const instance = 'bench';

await command('bench', async (asked) => {
  const request = benchRequest(asked);
  const begun = Date.now();
  const progress = (message: string): void =>
    console.error(`  ${((Date.now() - begun) / 1_000).toFixed(0).padStart(4)} s  ${message}`);
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
    const { quick, rows } = request;
    const place = new Place({ instance, portOffset, servers, progress, quick, rows });
    try {
      return report(request, await measure(request, place, begun));
    } finally {
      await place.close();
    }
  } finally {
    await stopServers(instance, portOffset, plan.mode, 'at once');
    await deleteInstanceData(instance, portOffset);
    release();
  }
});

async function measure({ scenarios: names, quick }: BenchRequest, place: Place, begun: number): Promise<Results> {
  const cenarios: ScenarioResults[] = [];
  for (const name of names) cenarios.push(await run(name, scenarios[name], place));
  const platform = await Platform.ifStarted(place);
  const kept = await platform?.invariants();
  return {
    quando: new Date(begun).toISOString(),
    maquina: {
      cpus: availableParallelism(),
      modelo: cpus()[0]?.model ?? 'desconhecido',
      memoriaBytes: totalmem(),
      node: process.version,
      postgres: await postgresVersion(place),
      versao: ownVersion(),
    },
    rapido: quick,
    duracaoSegundos: (Date.now() - begun) / 1_000,
    cenarios,
    ...(kept ? { invariantes: { valem: kept.hold, disse: kept.said } } : {}),
  };
}

/** One that fails is told; the others are measured all the same. */
async function run(name: ScenarioName, { title, ...scenario }: Scenario, place: Place): Promise<ScenarioResults> {
  const started = performance.now();
  const took = (): number => (performance.now() - started) / 1_000;
  try {
    const findings = await scenario.run(place);
    return scenarioResults({ name, title }, took(), findings);
  } catch (error) {
    if (!(error instanceof UserError)) console.error(error);
    const falha = error instanceof Error ? error.message : String(error);
    return { nome: name, titulo: title, duracaoSegundos: took(), linhas: [], graficos: [], cpu: [], notas: [], falha };
  }
}

function report({ json }: BenchRequest, results: Results): number {
  const folder = join(root, 'bench');
  mkdirSync(folder, { recursive: true });
  const text = JSON.stringify(results, undefined, 2);
  writeFileSync(join(folder, 'results.json'), `${text}\n`);
  writeFileSync(join(folder, 'relatorio.html'), htmlReport(results));
  console.log(json ? text : `${terminalReport(results)}\n\nbench/results.json · bench/relatorio.html`);
  return holds(results) ? 0 : 1;
}

async function postgresVersion({ servers }: Place): Promise<string> {
  const { rows } = await asAdmin(servers.urls.postgres, (client) =>
    client.query<{ server_version: string }>('SHOW server_version'),
  );
  return rows[0]?.server_version ?? '?';
}

/** Of git; a copy without it has none. */
function ownVersion(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { cwd: root, encoding: 'utf8' }).trim();
  } catch {
    return 'sem git';
  }
}
