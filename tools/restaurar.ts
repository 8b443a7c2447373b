import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { once } from 'node:events';
import { command, text } from './cli/command.ts';
import { npmLine } from './cli/commands.mjs';
import { instanceFolder } from './cli/paths.ts';
import { consentOf, requireConsent } from './cli/terminal.ts';
import { UserError } from './cli/user-error.ts';
import { BackupRepository, type Copy } from './copias/repository.ts';
import { closeLastSegment, RestoredServer } from './copias/restored-server.ts';
import { judgeRestored } from './copias/judge-restored.ts';
import { freePortOffset, serverPorts } from './infra/ports.ts';
import { loadSecrets } from './infra/secrets.ts';
import { claimInstance, requireState, runningApps } from './platform/state.ts';

/** The local server's clock against ours, s. */
const toleranceS = 2;

await command('restaurar', async ({ values, instance, yes }) => {
  const state = requireState(instance);
  if (state.infra !== 'native')
    throw new UserError(
      `Os servidores da instância ${instance} são do modo ${state.infra}: veja docs/runbooks/restaurar.md.`,
    );
  const secrets = loadSecrets(instanceFolder(instance));
  const repository = await BackupRepository.open(instance, secrets);
  if (!repository.exists)
    throw new UserError(`A instância ${instance} não tem cópias. Faça a primeira: ${npmLine('backup', { instance })}`);
  const until = text(values.ate);
  const takesOver = values.assumir === true;
  const release = takesOver ? claimStopped() : (): void => undefined;
  try {
    requireWithin(await repository.copies(), until);
    if (takesOver)
      await requireConsent(
        `Os bancos da instância ${instance} voltam a ${until ?? 'o último instante arquivado'}; os de agora ficam ao lado. Continuar?`,
        consentOf(yes),
      );
    // What is not archived yet could not be come back to: where the server still runs, it closes its last segment.
    if (!takesOver) await closeLastSegment(state.servers.postgres);
    return await restore();
  } finally {
    release();
  }

  async function restore(): Promise<number> {
    const folder = join(dirname(repository.data), `restaurado-${process.pid}`);
    const port = serverPorts(await freePortOffset(20_000)).postgres;
    let keep = false;
    try {
      await repository.restoreTo(folder, until);
      const server = await RestoredServer.start(folder, port, repository, secrets);
      try {
        console.log(`Restaurado a ${until ?? 'o último instante arquivado'}, em 127.0.0.1:${port}:`);
        const kept = await judgeRestored(instance, server.urls);
        if (values.manter === true) {
          console.log(
            `\npostgres://invariantes@127.0.0.1:${port}/reservas (a senha está em segredos.json). Encerrar: Ctrl-C`,
          );
          await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
        }
        if (takesOver && kept) await server.settle();
        keep = takesOver && kept;
        return kept ? 0 : 1;
      } finally {
        await server.stop();
        if (keep) takeOver(folder);
      }
    } finally {
      if (!keep) rmSync(folder, { recursive: true, force: true });
    }
  }

  /**
   * What was there stays beside, until the next time. Queues and cache are of a time that has not been: they begin anew,
   * and the databases tell them again what they need.
   */
  function takeOver(folder: string): void {
    const place = dirname(repository.data);
    for (const name of ['postgres', 'rabbitmq', 'redis']) {
      rmSync(join(place, `${name}-anterior`), { recursive: true, force: true });
      if (existsSync(join(place, name))) renameSync(join(place, name), join(place, `${name}-anterior`));
    }
    renameSync(folder, repository.data);
    console.log(
      `\nOs bancos são agora os de ${until ?? 'o último instante arquivado'}; o que havia está em ${place}, com -anterior no nome.\n` +
        `Inicie, e faça uma cópia completa: ${npmLine('start', '--detach', { instance, portOffset: state.portOffset })} && ${npmLine('backup', '--completa', { instance })}`,
    );
  }

  function claimStopped(): () => void {
    const free = claimInstance(instance);
    if (runningApps(instance).length === 0 && !existsSync(join(repository.data, 'postmaster.pid'))) return free;
    free();
    throw new UserError(`A instância ${instance} está em execução. Encerre-a antes: ${npmLine('stop', { instance })}`);
  }
});

/** @throws UserError for a moment that no copy reaches, saying which do */
function requireWithin(copies: Copy[], until: string | undefined): void {
  const earliest = copies[0]?.stop;
  if (earliest === undefined) throw new UserError('O repositório ainda não tem nenhuma cópia terminada.');
  if (until === undefined) return;
  const asked = Date.parse(until) / 1_000;
  const now = Date.now() / 1_000;
  if (asked >= earliest && asked <= now + toleranceS) return;
  throw new UserError(
    `As cópias alcançam de ${new Date(earliest * 1_000).toISOString()} até agora; ${until} está fora. Nada foi feito.`,
  );
}
