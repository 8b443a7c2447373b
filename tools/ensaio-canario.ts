import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import tls from 'node:tls';
import { freePort, TcpProxy } from '@plataforma/testing';
import { apps } from './apps.ts';
import { command } from './cli/command.ts';
import { UserError } from './cli/user-error.ts';
import { Clientes, contasDe, divisao, julgar, passos } from './edge/canario.ts';
import { startEdge } from './edge/nginx.ts';
import { launchApp, waitUntilReady } from './platform/app-processes.ts';
import { userSettings } from './platform/settings.ts';
import { settingsOfApps } from './platform/start-platform.ts';
import { requireRunningPlatform } from './platform/state.ts';

const PEOPLE = 6;
const LOOK_MS = 500;
/** A step whose version nobody asks anything of is no step. */
const STEP_MS = 120_000;
/** After the way back what was under way may end; then nothing more comes. */
const DRAIN_MS = 30_000;
/** At which step the new version is broken. */
const BROKEN_AT = 25;
const STOP_MS = 13_000;

await command('ensaio:canario', async ({ instance }) => {
  const state = requireRunningPlatform(instance);
  const app = apps.find(({ name }) => name === 'bff-web');
  if (!app) throw new Error('there is no bff-web');
  const begun = Date.now();
  const say = (line: string): void =>
    console.log(`  ${((Date.now() - begun) / 1_000).toFixed(0).padStart(4)} s  ${line}`);
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => ending.abort(new UserError('Interrompido: tudo volta à versão antiga', 130)));

  const closers: (() => unknown)[] = [];
  const settings = settingsOfApps(state, userSettings(process.env))(app);
  const [antiga, nova] = [new URL(state.apps[app.name] ?? '').host, `127.0.0.1:${await freePort()}`];
  const contas = async (host: string) => contasDe(await (await fetch(`http://${host}/metrics`)).text());

  try {
    // The new version reaches the bookings by a way of its own, that can be taken from it.
    const way = await TcpProxy.start(settings['RESERVAS_URL'] ?? '');
    closers.push(() => way.cut());
    const named = { ...app, name: `${app.name}-nova` };
    const running = await launchApp(
      instance,
      named,
      { ...settings, PORT: nova.split(':')[1] ?? '', RESERVAS_URL: way.url.replace(/\/$/, '') },
      true,
    );
    closers.push(() => running.stop(STOP_MS));
    await waitUntilReady(instance, named, running, ending.signal);

    const site = mkdtempSync(join(tmpdir(), 'site-'));
    closers.push(() => rmSync(site, { recursive: true }));
    writeFileSync(join(site, 'index.html'), '<!doctype html>');
    const edge = await startEdge({
      gateways: divisao(antiga, nova, 0),
      port: await freePort(),
      site,
      limits: false,
      workers: true,
    });
    closers.push(() => edge.stop());
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), edge.ca]);
    const clientes = await Clientes.chegam(state, `https://127.0.0.1:${edge.port}`, PEOPLE);
    say(
      `duas versões do ${app.name} atrás do nginx: a antiga em ${antiga}, a nova em ${nova}; ${PEOPLE} pessoas reservam`,
    );
    clientes.comecam();
    closers.push(() => clientes.terminam());

    /** @returns whether the new version may have more */
    const step = async (percent: number): Promise<boolean> => {
      const before = await contas(nova);
      edge.share(divisao(antiga, nova, percent));
      const deadline = Date.now() + STEP_MS;
      for (;;) {
        await delay(LOOK_MS, undefined, { signal: ending.signal }).catch(() => ending.signal.throwIfAborted());
        const now = await contas(nova);
        const verdict = julgar(before, now);
        const seen = `${now.pedidos - before.pedidos} pedidos à nova, ${now.erros - before.erros} erros`;
        if (verdict === 'segue') say(`${percent} %: ${seen}; segue`);
        if (verdict === 'volta') say(`${percent} %: ${seen}; VOLTA`);
        if (verdict !== 'espera') return verdict === 'segue';
        if (Date.now() > deadline)
          throw new UserError(`Com ${percent} % a nova só teve ${seen} em ${STEP_MS / 1_000} s`);
      }
    };
    const back = async (): Promise<number> => {
      const since = Date.now();
      edge.share(divisao(antiga, nova, 0));
      for (let last = await contas(nova); ;) {
        await delay(2 * LOOK_MS);
        const now = await contas(nova);
        if (now.pedidos === last.pedidos) return Date.now() - since;
        if (Date.now() - since > DRAIN_MS) throw new UserError('A nova segue recebendo pedidos depois da volta');
        last = now;
      }
    };

    say('uma versão boa, passo a passo');
    for (const percent of passos) if (!(await step(percent))) throw new UserError('A versão boa foi tida por má');
    await back();
    say('de volta à antiga; agora a mesma, que se quebra no meio');
    let stopped: number | undefined;
    for (const percent of passos) {
      if (percent === BROKEN_AT) {
        await way.cut();
        say('a nova perde o caminho até o reservas');
      }
      if (await step(percent)) continue;
      stopped = percent;
      say(`a nova não recebe mais nada, ${((await back()) / 1_000).toFixed(1)} s depois de se decidir`);
      break;
    }
    // The old one alone, as before.
    const made = clientes.feitas;
    const deadline = Date.now() + STEP_MS;
    while (clientes.feitas < made + PEOPLE) {
      if (Date.now() > deadline) throw new UserError('Depois da volta ninguém consegue reservar');
      await delay(LOOK_MS);
    }
    await clientes.terminam();
    say(`${clientes.feitas} reservas feitas, ${clientes.falhas.length} que falharam`);
    for (const falha of clientes.falhas.slice(0, 5)) say(`  ✖ ${falha}`);
    if (stopped === undefined) say('NÃO: a versão quebrada chegou ao fim sem que se notasse');
    return stopped !== undefined && clientes.falhas.length === 0 && clientes.feitas > 0 ? 0 : 1;
  } finally {
    for (const close of closers.toReversed())
      await (async () => close())().catch((error: unknown) => console.error(error));
  }
});
