import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@plataforma/testing';
import { UserError } from '../cli/user-error.ts';
import type { Ensaio } from './ensaios.ts';
import type { PalcoDoEnsaio } from './palco-do-ensaio.ts';
import { alertmanager, rules } from './regras.ts';
import { type Alvos, type Servidor, startAlertmanager, startPrometheus } from './servidores.ts';

const SECOND = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
/** Shorter, and a rate has too few samples; longer, and somebody waits for it. */
const [LEAST_WINDOW, MOST_WINDOW] = [20, 60];
const [EVERY_S, REAL_EVERY_S] = [2, 5];
const POLL_MS = 500;
/** Some conditions are minutes old by themselves, whatever the rules wait for. */
const [FIRES_MS, REAL_FIRES_MS] = [240_000, 5_400_000];

/** The same question of less time: what was asked of an hour is asked of a minute. */
export const apressada = (expr: string): string =>
  expr.replace(/\[(\d+)([smhd])\]/g, (_, n: string, unit: keyof typeof SECOND) => {
    const asked = Number(n) * SECOND[unit];
    return `[${Math.min(MOST_WINDOW, Math.max(Math.min(asked, LEAST_WINDOW), Math.round(asked / 60)))}s]`;
  });

/** The published rules, that do not wait: what they ask, and from which value on they tell, is the same. */
export const apressadas = (published: typeof rules) => ({
  groups: published.groups.map(({ name, rules: of }) => ({
    name,
    rules: of.map((rule) => ({
      ...rule,
      expr: apressada(rule.expr),
      ...('for' in rule && { for: rule.for === '0m' ? '0s' : '5s' }),
    })),
  })),
});

/** The published routes, that lead to us. @param hurried they tell at once, too */
export function rotasPara(url: string, hurried: boolean) {
  const { route, receivers, ...rest } = alertmanager;
  const soon = hurried ? { group_wait: '1s', group_interval: '2s' } : {};
  return {
    ...rest,
    route: { ...route, ...soon, routes: route.routes.map((one) => ({ ...one, ...soon })) },
    receivers: receivers.map(({ name }) => ({
      name,
      webhook_configs: [{ url: `${url}/${name}`, send_resolved: true }],
    })),
  };
}

interface Aviso {
  readonly a: string;
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
}

/** Whom Alertmanager tells. */
class Plantao {
  readonly avisos: Aviso[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<Plantao> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.once('end', () => {
        const told = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { alerts: Omit<Aviso, 'a'>[] };
        const a = (request.url ?? '').slice(1);
        plantao.avisos.push(...told.alerts.map(({ status, labels }) => ({ a, status, labels })));
        response.end();
      });
    });
    const plantao = new Plantao(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return plantao;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What was told last of an alert, of each set of labels. */
  de(alerta: string): Aviso[] {
    const last = new Map<string, Aviso>();
    for (const aviso of this.avisos)
      if (aviso.labels['alertname'] === alerta) last.set(JSON.stringify(aviso.labels), aviso);
    return [...last.values()];
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** What looks at the platform while alerts are rehearsed. */
export class Vigia {
  readonly #prometheus: Servidor;
  readonly #alertmanager: Servidor;
  readonly #plantao: Plantao;
  readonly #real: boolean;

  private constructor(prometheus: Servidor, alertas: Servidor, plantao: Plantao, real: boolean) {
    this.#prometheus = prometheus;
    this.#alertmanager = alertas;
    this.#plantao = plantao;
    this.#real = real;
  }

  /** @throws UserError without Debian's packages */
  static async start(folder: string, alvos: Alvos, real: boolean): Promise<Vigia> {
    const plantao = await Plantao.start();
    const started: Servidor[] = [];
    try {
      const port = await freePort();
      started.push(await startAlertmanager(folder, port, rotasPara(plantao.url, !real)));
      started.push(
        await startPrometheus({
          ...alvos,
          folder,
          port: await freePort(),
          alertmanager: port,
          everySeconds: real ? REAL_EVERY_S : EVERY_S,
          ...(!real && { regras: apressadas(rules) }),
        }),
      );
      const [alertas, prometheus] = started as [Servidor, Servidor];
      return new Vigia(prometheus, alertas, plantao, real);
    } catch (error) {
      await Promise.all(started.map((one) => one.stop()));
      plantao.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await Promise.all([this.#prometheus.stop(), this.#alertmanager.stop()]);
    this.#plantao.stop();
  }

  /** Waits until everything was looked at often enough for what changes from now on to be seen. */
  async pronta(signal: AbortSignal): Promise<void> {
    await this.#until(
      'todos os processos medidos',
      60_000,
      async () => (await this.#query('min(count_over_time(up[5m])) >= 4 and min(up) == 1')).length > 0,
      signal,
    );
  }

  /** Provokes an alert, waits until somebody is told of it, undoes what provoked it, and waits until that is told, too. */
  async ensaiar(
    alerta: string,
    { provocar, depois }: Ensaio,
    palco: PalcoDoEnsaio,
    say: (line: string) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const already = async () =>
      (await this.#query(`ALERTS{alertname="${alerta}",alertstate=~"firing|pending"}`)).length > 0;
    if (await already()) {
      say('já dispara, talvez pelo que se ensaiou antes; espera-se que cesse');
      await this.#until(`que ${alerta} não disparasse sem ensaio`, FIRES_MS, async () => !(await already()), signal);
    }
    const within = this.#real ? REAL_FIRES_MS : FIRES_MS;
    const state = (status: Aviso['status']) => this.#plantao.de(alerta).filter((aviso) => aviso.status === status);
    try {
      await provocar(palco);
      say('provocado');
      await this.#until(`que ${alerta} disparasse`, within, async () => state('firing').length > 0, signal);
      const [{ a = '', labels = {} } = {}] = state('firing');
      const shown = Object.entries(labels).filter(([name]) => name !== 'alertname');
      say(`disparou, para "${a}": ${shown.map(([name, value]) => `${name}=${value}`).join(' ')}`);
    } finally {
      await palco.desfazer();
    }
    say('desfeito');
    await depois?.(palco);
    await this.#until(`que ${alerta} cessasse`, within, async () => state('firing').length === 0, signal);
    say('cessou');
  }

  async #query(promql: string): Promise<unknown[]> {
    const answer = await fetch(`${this.#prometheus.url}/api/v1/query?query=${encodeURIComponent(promql)}`, {
      signal: AbortSignal.timeout(10_000),
    });
    const { data } = (await answer.json()) as { data?: { result: unknown[] } };
    if (!data) throw new Error(`o Prometheus não entendeu ${promql}`);
    return data.result;
  }

  async #until(what: string, withinMs: number, look: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
    const deadline = Date.now() + withinMs;
    while (!(await look())) {
      signal.throwIfAborted();
      if (Date.now() > deadline) throw new UserError(`Esperava ${what}, e não aconteceu em ${withinMs / 1_000} s`);
      await delay(POLL_MS);
    }
  }
}
