import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Person } from '../chaos/person.ts';
import { UserError } from '../cli/user-error.ts';
import type { PlatformState } from '../platform/state.ts';

/** What one version answered so far to those who use the API. */
export interface Contas {
  readonly pedidos: number;
  /** Of them, errors of ours. */
  readonly erros: number;
}

/** From what a process tells of itself. */
export function contasDe(metrics: string): Contas {
  let [pedidos, erros] = [0, 0];
  for (const [, labels = '', n] of metrics.matchAll(/^http_request_duration_seconds_count\{([^}]*)\} (\d+)/gm)) {
    if (!labels.includes('route="/v1/')) continue;
    pedidos += Number(n);
    if (labels.includes('status_code="5')) erros += Number(n);
  }
  return { pedidos, erros };
}

/** As the analysis of a release in the cluster has it (infra/k8s): one in a hundred, once enough were asked. */
const [ENOUGH, MOST_ERRORS, CERTAIN] = [60, 0.01, 3];

/** Whether a version, by what it answered since a step began, goes on, goes back, or is not known yet. */
export function julgar(antes: Contas, agora: Contas): 'segue' | 'volta' | 'espera' {
  const [pedidos, erros] = [agora.pedidos - antes.pedidos, agora.erros - antes.erros];
  // Few as they are, so many are no accident; and nobody else is to meet them.
  if (erros >= CERTAIN && erros > pedidos * MOST_ERRORS) return 'volta';
  return pedidos >= ENOUGH ? 'segue' : 'espera';
}

/** Part of the requests that goes to the new version, in steps, in percent. */
export const passos = [5, 25, 50, 100] as const;

/** Those among whom requests are divided, as nginx has them. */
export function divisao(antiga: string, nova: string, percent: number): string[] {
  if (percent <= 0) return [antiga];
  if (percent >= 100) return [nova];
  return [`${antiga} weight=${100 - percent}`, `${nova} weight=${percent}`];
}

const PAUSE_MS = 50;
const DAY_MS = 86_400_000;

/** People who search, book and cancel, by whatever way, until they are told to stop. What they want they ask for again. */
export class Clientes {
  feitas = 0;
  readonly falhas: string[] = [];
  #going = true;
  #working: Promise<unknown> = Promise.resolve();

  private readonly people: readonly Person[];
  private readonly espacoId: string;

  private constructor(people: readonly Person[], espacoId: string) {
    this.people = people;
    this.espacoId = espacoId;
  }

  /** @param url by which they ask @throws UserError where there is no space to book */
  static async chegam(state: PlatformState, url: string, howMany: number): Promise<Clientes> {
    const there = { ...state, apps: { ...state.apps, 'bff-web': url } };
    const people = Array.from({ length: howMany }, (_, i) => new Person(there, `canario-${i + 1}`, () => undefined));
    for (const person of people) await person.register();
    const told = await people[0]?.ask((api) => api('GET /v1/espacos', { consulta: { texto: 'Sala', limite: 1 } }));
    const espacoId = told?.what === 'done' ? told.value.body.itens[0]?.id : undefined;
    if (espacoId === undefined) throw new UserError('Não há espaço que se possa reservar: inicie sem --sem-demo');
    return new Clientes(people, espacoId);
  }

  comecam(): void {
    this.#working = Promise.all(this.people.map((person) => this.#live(person)));
  }

  async terminam(): Promise<void> {
    this.#going = false;
    await this.#working;
  }

  async #live(person: Person): Promise<void> {
    while (this.#going) {
      for (let look = 0; look < 5; look += 1)
        await person.ask((api) => api('GET /v1/espacos', { consulta: { texto: randomUUID(), limite: 5 } }));
      const slot = await this.#free(person);
      if (!slot) continue;
      const told = await person.tryToBook(slot, randomUUID());
      if (told.what === 'done') {
        this.feitas += 1;
        await person.cancel(told.value.body.id);
      } else if (told.what === 'unknown') this.falhas.push('ninguém respondeu');
      else if (told.code !== 'reservas.espaco-indisponivel') this.falhas.push(told.code);
      await delay(PAUSE_MS);
    }
  }

  /** A time that is free as far as is known; others may want it as well. */
  async #free(person: Person) {
    const from = Date.now() + (3 + Math.floor(Math.random() * 40)) * DAY_MS;
    const told = await person.ask((api) =>
      api('GET /v1/espacos/:id/disponibilidade', {
        parametros: { id: this.espacoId },
        consulta: {
          de: new Date(from).toISOString(),
          ate: new Date(from + 5 * DAY_MS).toISOString(),
          duracaoMinutos: 60,
        },
      }),
    );
    const inicios = told.what === 'done' ? told.value.body.inicios : [];
    const chosen = inicios[Math.floor(Math.random() * inicios.length)];
    if (chosen === undefined) return undefined;
    const inicio = Date.parse(chosen);
    return { espacoId: this.espacoId, inicio, fim: inicio + 3_600_000 };
  }
}
