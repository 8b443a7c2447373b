import { randomInt } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asAdmin, createSpaces } from './bench/occupations.ts';
import { build } from './cli/build.ts';
import { command, text } from './cli/command.ts';
import { npmLine } from './cli/commands.mjs';
import { root } from './cli/paths.ts';
import { consentOf } from './cli/terminal.ts';
import { type ChaosResults, outOfTime, survived, table } from './chaos/report.ts';
import type { Round } from './chaos/run.ts';
import type { Stage } from './chaos/stage.ts';
import { dataFolder } from './infra/native/data-folder.ts';
import { freePortOffset } from './infra/ports.ts';
import { databaseUrl } from './infra/provision-databases.ts';
import { deleteInstanceData, planServers, stopServers } from './infra/servers.ts';
import { claimInstance } from './platform/state.ts';

const instance = 'caos';
const people = 8;
const spaces = 3;

await command('chaos', async ({ values, infra, yes }) => {
  const begun = Date.now();
  const progress = (message: string): void =>
    console.error(`  ${((Date.now() - begun) / 1_000).toFixed(0).padStart(4)} s  ${message}`);
  await build();
  const [{ faults, forgottenFailpoints }, { play }, { breakGuard }] = await Promise.all([
    import('./chaos/faults.ts'),
    import('./chaos/run.ts'),
    import('./chaos/controls.ts'),
  ]);
  if (values.list === true) {
    console.log(table(faults.map(({ n, name: falha, holds: deveValer }) => ({ n, falha, deveValer }))));
    return 0;
  }
  const forgotten = forgottenFailpoints();
  if (forgotten.length > 0) throw new Error(`pontos de falha que nenhuma rodada arma: ${forgotten.join(', ')}`);
  const seed = Number(text(values.seed) ?? randomInt(1, 1_000_000));
  const short = values.selecao === true;
  const only = text(values.only)?.split(',').map(Number);
  const chosen = faults.filter(({ n, selected }) => (only ? only.includes(n) : !short || selected === true));
  const untilMs = begun + Number(text(values.minutes) ?? 25) * 60_000;
  const broken = text(values.quebrar);

  return onPlatform(infra, yes, seed, short, progress, async (stage) => {
    if (broken !== undefined) return breakGuard(broken, stage, progress);
    const rodadas: Round[] = [];
    // The short selection has the time for one quiet only.
    for (const group of short ? [chosen] : chosen.map((fault) => [fault])) {
      if (Date.now() > untilMs) {
        for (const { n, name: falha, holds: deveValer } of group)
          rodadas.push({ n, falha, deveValer, naoExecutada: outOfTime });
        continue;
      }
      const rounds = await play(group, stage);
      rodadas.push(...rounds);
      for (const { n, falha, naoExecutada, sobreviveu, nota, quebras = [] } of rounds) {
        if (sobreviveu === false) keep(`historia-${n}.json`, stage.crowd.history);
        const how = naoExecutada ? `não executada: ${naoExecutada}` : sobreviveu ? 'sobreviveu' : 'NÃO';
        progress(`${String(n).padStart(2)} ${falha}: ${how}${nota ? ` (${nota})` : ''}`);
        for (const quebra of quebras) progress(`     ✖ ${quebra}`);
      }
    }
    const results: ChaosResults = {
      quando: new Date(begun).toISOString(),
      semente: seed,
      duracaoSegundos: Math.round((Date.now() - begun) / 1_000),
      reinicios: stage.platform.restarts,
      rodadas,
    };
    keep('results.json', results);
    console.log(`\n${table(rodadas)}\n\nchaos/results.json · semente ${seed}`);
    if (survived(rodadas)) return 0;
    const failed = rodadas.filter((round) => !survived([round])).map(({ n }) => n);
    console.log(
      `Repetir o que falhou ou não coube: ${npmLine('chaos', `--seed=${seed} --only=${failed.join(',')}`, {})}`,
    );
    return 1;
  });
});

function keep(file: string, content: unknown): void {
  mkdirSync(join(root, 'chaos'), { recursive: true });
  writeFileSync(join(root, 'chaos', file), `${JSON.stringify(content, undefined, 2)}\n`);
}

/** A platform of its own, on servers of its own, which is thrown away. */
async function onPlatform(
  infra: Parameters<typeof planServers>[0]['infra'],
  yes: boolean,
  seed: number,
  short: boolean,
  progress: (message: string) => void,
  work: (stage: Stage) => Promise<number>,
): Promise<number> {
  const [{ ChaosPlatform }, { SmallDisk }, { Crowd }, { Stage: OwnStage }, { randomOf }] = await Promise.all([
    import('./chaos/platform.ts'),
    import('./chaos/nodes.ts'),
    import('./chaos/crowd.ts'),
    import('./chaos/stage.ts'),
    import('./chaos/random.ts'),
  ]);
  const portOffset = await freePortOffset(5_000);
  const release = claimInstance(instance, portOffset);
  const plan = await planServers({
    instance,
    portOffset,
    // Most faults end a server: it must be a process of this machine.
    infra: infra ?? 'native',
    durable: true,
    dieWithUs: true,
    consent: consentOf(yes),
    env: {},
  });
  // A run that was interrupted left its data, and a disk on which it was.
  SmallDisk.forget(dataFolder(instance).path);
  await deleteInstanceData(instance, portOffset);
  try {
    const servers = await plan.start(progress);
    const platform = await ChaosPlatform.start(instance, portOffset, servers);
    try {
      await asAdmin(databaseUrl(servers.urls.postgres, 'reservas'), async (client) => {
        await createSpaces(client, spaces);
        await client.query(
          `UPDATE espacos SET politica_cancelamento = '[{"horasAntes": 0, "percentual": 100}]' WHERE nome LIKE 'Sala %' AND endereco LIKE 'Rua das Medidas%'`,
        );
      });
      const crowd = await Crowd.gather(platform.state, seed, people);
      progress(`a plataforma está pronta, com ${people} pessoas; semente ${seed}`);
      return await work(new OwnStage({ platform, crowd, random: randomOf(seed), short }));
    } finally {
      await platform.stop();
    }
  } finally {
    await stopServers(instance, portOffset, plan.mode, 'at once');
    SmallDisk.forget(dataFolder(instance).path);
    await deleteInstanceData(instance, portOffset);
    release();
  }
}
