import { join } from 'node:path';
import type { TokenIssuer } from '@plataforma/testing';
import { apps, appUrl } from '../apps.ts';
import { runQuietly } from '../cli/build.ts';
import { root } from '../cli/paths.ts';
import { prepareServers } from '../infra/prepare.ts';
import { databaseUrl } from '../infra/provision-databases.ts';
import type { Settings } from '../platform/settings.ts';
import { digestChoices, writeState } from '../platform/state.ts';
import { residentBytes } from './cpu.ts';
import { Clientela, tokenSettings } from './clientela.ts';
import { asAdmin, createSpaces } from './occupations.ts';
import type { Place } from './place.ts';

const spaces = 200;

const running = new WeakMap<Place, Promise<Platform>>();

/** The whole platform as in production, with spaces and clients of its own. */
export class Platform {
  readonly #place: Place;
  readonly #issuer: TokenIssuer;
  readonly clientela: Clientela;

  private constructor(place: Place, issuer: TokenIssuer) {
    this.#place = place;
    this.#issuer = issuer;
    this.clientela = new Clientela(issuer, spaces);
  }

  /** The platform of a place, started by the first scenario that needs it. */
  static of(place: Place): Promise<Platform> {
    const platform = running.get(place) ?? Platform.#start(place);
    running.set(place, platform);
    return platform;
  }

  static ifStarted(place: Place): Promise<Platform> | undefined {
    return running.get(place);
  }

  static async #start(place: Place): Promise<Platform> {
    const { servers, instance, portOffset, progress } = place;
    const begun = Date.now();
    const { TokenIssuer } = await import('@plataforma/testing');
    await prepareServers(servers.urls);
    await asAdmin(databaseUrl(servers.urls.postgres, 'reservas'), (client) => createSpaces(client, spaces));
    const issuer = await TokenIssuer.start();
    writeState({
      instance,
      portOffset,
      infra: servers.mode,
      servers: servers.urls,
      apps: Object.fromEntries(apps.map(({ name }) => [name, appUrl(name, portOffset)])),
      demo: false,
      choices: digestChoices({}),
      stripe: { secretKey: servers.secrets.stripeSecretKey, apiBase: appUrl('stripe-emulator', portOffset) },
    });
    const tokens = (name: string): Settings => (name === 'stripe-emulator' ? {} : tokenSettings(issuer));
    // No hold of this run may end in the middle of it, and its requests come from one address all.
    const own: Readonly<Record<string, Settings>> = {
      reservas: { HOLD_SEGUNDOS: '7200' },
      ...Object.fromEntries(
        apps.filter(({ kind }) => kind === 'bff').map(({ name }) => [name, { PEDIDOS_POR_MINUTO: '0' }]),
      ),
    };
    await Promise.all(apps.map((app) => place.launch(app, { ...tokens(app.name), ...own[app.name] })));
    progress(`a plataforma inteira está pronta em ${((Date.now() - begun) / 1000).toFixed(1)} s`);
    const platform = new Platform(place, issuer);
    place.atEnd(() => platform.#close());
    return platform;
  }

  url(app: string): string {
    return appUrl(app, this.#place.portOffset);
  }

  /** Resident memory of every application, bytes, by name; the emulator is not one that is operated. */
  memory(): Record<string, number> {
    return Object.fromEntries(
      apps
        .filter(({ kind }) => kind !== 'emulator')
        .map(({ name }) => [name, residentBytes(this.#place.appPid(name) ?? 0)]),
    );
  }

  /** Turns the emulator's payment at once on, for as long as `work` takes. */
  async payingAtOnce<T>(work: () => Promise<T>): Promise<T> {
    const url = `${this.url('stripe-emulator')}/_emulador/falhas`;
    const on = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ tipo: 'pagamento_instantaneo', vezes: null }),
    });
    if (!on.ok) throw new Error(`o emulador respondeu ${on.status}: ${await on.text()}`);
    const { id } = (await on.json()) as { id: string };
    try {
      return await work();
    } finally {
      await fetch(`${url}/${id}`, { method: 'DELETE' });
    }
  }

  /** Whether every promise holds; what is said when one does not. */
  async invariants(): Promise<{ hold: boolean; said: string }> {
    const args = [join(root, 'tools/invariants.ts'), '--instance', this.#place.instance, '--timeout', '180'];
    const { code, output } = await runQuietly(process.execPath, args);
    return { hold: code === 0, said: output };
  }

  async #close(): Promise<void> {
    await Promise.all(apps.map(({ name }) => this.#place.stopApp(name)));
    await this.#issuer.stop();
  }
}
