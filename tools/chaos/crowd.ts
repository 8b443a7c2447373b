import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { spaceId, tomorrow } from '../bench/occupations.ts';
import type { PlatformState } from '../platform/state.ts';
import type { Operation, Period } from './history.ts';
import { Person } from './person.ts';
import { holdSeconds } from './platform.ts';
import { oneOf, type Random, randomOf } from './random.ts';

const goodCard = 'pm_card_visa';
const badCard = 'pm_card_chargeDeclined';
const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** Few, so that people want the same: this many spaces, and of each these hours of the day of a round. */
const spaces = 3;
const hours = 24;
/** The first is theirs; a series goes into the second. */
const daysOfARound = 2;
/** What a person does in between, ms. */
const [shortestPauseMs, longestPauseMs] = [50, 400];

/** What people do, and how often, in parts of the whole. */
export const usual = {
  pagar: 5,
  recusado: 2,
  abandonar: 1,
  cancelar: 2,
  cancelarPaga: 3,
  mudar: 2,
  serie: 1,
  fila: 1,
  repetir: 2,
  disputar: 3,
  entrar: 1,
  pagarNoPrazo: 0,
  pagarECancelar: 0,
};
export type Deed = keyof typeof usual;
export type Mix = Partial<Record<Deed, number>>;

/** Many people who book at random, each by their own part of the seed; of every round the times are its own. */
export class Crowd {
  readonly #people: Person[];
  readonly #seed: number;
  readonly #state: PlatformState;
  #history: Operation[] = [];
  #round = 0;
  #turn = 0;
  #stopped = true;
  #working: Promise<unknown> = Promise.resolve();
  deeds = 0;

  private constructor(state: PlatformState, seed: number, size: number) {
    this.#seed = seed;
    this.#state = state;
    this.#people = Array.from(
      { length: size },
      (_, i) => new Person(state, `pessoa-${i + 1}`, (operation) => this.#history.push(operation)),
    );
  }

  static async gather(state: PlatformState, seed: number, size: number): Promise<Crowd> {
    const crowd = new Crowd(state, seed, size);
    // One after the other: to make a password slow to guess takes a processor.
    for (const person of crowd.#people) await person.register();
    return crowd;
  }

  get people(): readonly Person[] {
    return this.#people;
  }

  /** Somebody of whom only this one thing is asked. */
  newcomer(): Person {
    return new Person(this.#state, 'visita', () => undefined);
  }

  get history(): readonly Operation[] {
    return this.#history;
  }

  /** They begin a round, on a day that no other round had. */
  start(mix: Mix = usual): void {
    this.#round += 1;
    this.#history = [];
    this.deeds = 0;
    this.resume(mix);
  }

  /** They go on with the round. */
  resume(mix: Mix): void {
    this.#stopped = false;
    this.#turn += 1;
    const weighed = Object.entries(mix).flatMap(([deed, weight]) => Array<Deed>(weight).fill(deed as Deed));
    this.#working = Promise.all(
      this.#people.map((person, i) => this.#live(person, randomOf(this.#seed + 7_919 * this.#turn + i), weighed)),
    );
  }

  /** They finish what they are doing. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#working;
  }

  /** Reads, when all is quiet, whatever became of the bookings of this round. */
  async witness(): Promise<void> {
    const made = new Map(
      this.#history.flatMap((operation): [string, string][] =>
        operation.tipo === 'reservar' && typeof operation.resultado === 'object'
          ? [[operation.resultado.id, operation.quem]]
          : [],
      ),
    );
    const byName = new Map(this.#people.map((person) => [person.name, person]));
    for (const [id, quem] of made) await byName.get(quem)?.witness(id);
  }

  async #live(person: Person, random: Random, deeds: readonly Deed[]): Promise<void> {
    while (!this.#stopped) {
      await this.#do(oneOf(random, deeds), person, random);
      this.deeds += 1;
      await delay(shortestPauseMs + random() * (longestPauseMs - shortestPauseMs));
    }
  }

  /** An hour of the round's day. */
  time(random: Random): Period {
    const inicio =
      tomorrow().getTime() + (1 + daysOfARound * this.#round) * dayMs + Math.floor(random() * hours) * hourMs;
    return { espacoId: spaceId(Math.floor(random() * spaces)), inicio, fim: inicio + hourMs };
  }

  async #do(deed: Deed, person: Person, random: Random): Promise<void> {
    const when = this.time(random);
    switch (deed) {
      case 'entrar':
        await person.login();
        return;
      case 'serie': {
        const ids = await person.bookSeries(when);
        for (const id of ids) await person.pay(id, goodCard);
        return;
      }
      case 'fila':
        return person.wait(when);
      case 'disputar': {
        const rivals = this.#people.filter(() => random() < 0.5);
        const made = await Promise.all(rivals.map(async (rival) => ({ rival, id: await rival.book(when) })));
        for (const { rival, id } of made) if (id !== undefined) await rival.cancel(id);
        return;
      }
      case 'repetir': {
        const key = randomUUID();
        const [id] = (await Promise.all([1, 2].map(() => person.book(when, key)))).filter(Boolean);
        await person.book(when, key);
        if (id !== undefined) await person.cancel(id);
        return;
      }
      default: {
        const id = await person.book(when);
        if (id !== undefined) await this.#follow(deed, person, id, when.espacoId, random);
      }
    }
  }

  async #follow(deed: Deed, person: Person, id: string, espacoId: string, random: Random): Promise<void> {
    if (deed === 'abandonar') return;
    if (deed === 'cancelar') return person.cancel(id);
    if (deed === 'pagarECancelar') {
      await Promise.all([person.pay(id, goodCard), delay(random() * 300).then(() => person.cancel(id))]);
      return;
    }
    if (deed === 'pagarNoPrazo')
      return person.pay(id, goodCard, Date.now() + holdSeconds * 1_000 - 300 + random() * 600);
    if (deed === 'recusado') await person.pay(id, badCard);
    if (deed === 'recusado' && random() < 0.5) return;
    await person.pay(id, goodCard);
    if (deed === 'cancelarPaga' && (await person.confirmed(id))) await person.cancel(id);
    if (deed === 'mudar' && (await person.confirmed(id))) await person.move(id, { ...this.time(random), espacoId });
  }
}
