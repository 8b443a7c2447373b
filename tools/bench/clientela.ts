import { randomUUID } from 'node:crypto';
import type { TokenIssuer } from '@plataforma/testing';
import type { Settings } from '../platform/settings.ts';
import type { Call } from './load/calls.ts';
import { spaceId, tomorrow } from './occupations.ts';

const hourMs = 3_600_000;
/** Less than anybody may have unpaid: what is measured is bookings, not refusals. */
const holdsPerPerson = 8;
/** They take turns: nobody books two things at once, or they would wait for themselves (quotas lock the person). */
const people = 64;

/** A time of a space that nobody has yet. */
export interface Slot {
  espacoId: string;
  inicio: string;
  fim: string;
}

/** People who book, each what nobody else wants, in a house of so many spaces. */
export class Clientela {
  readonly #issuer: TokenIssuer;
  readonly #spaces: number;
  readonly #firstDay = tomorrow();
  #slots = 0;
  readonly #people: { left: number; token: string }[] = [];
  #turn = 0;

  constructor(issuer: TokenIssuer, spaces: number) {
    this.#issuer = issuer;
    this.#spaces = spaces;
  }

  /** A free hour, another one each time: next door to the one before, as in a house that fills. */
  slot(): Slot {
    const number = this.#slots++;
    const inicio = new Date(this.#firstDay.getTime() + Math.floor(number / this.#spaces) * hourMs);
    return {
      espacoId: spaceId(number % this.#spaces),
      inicio: inicio.toISOString(),
      fim: new Date(inicio.getTime() + hourMs).toISOString(),
    };
  }

  newToken(papel: 'CLIENTE' | 'ADMIN' | 'OPERADOR' = 'CLIENTE', id: string = randomUUID()): Promise<string> {
    return this.#issuer.token(id, [papel], { expiresIn: '12h' });
  }

  /** A booking to be made at `url`, with a key of its own. */
  async hold(url: string, slot = this.slot(), token?: string): Promise<Call> {
    return {
      method: 'POST',
      url: `${url}/v1/reservas`,
      headers: {
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
        authorization: `Bearer ${token ?? (await this.#token())}`,
      },
      body: JSON.stringify(slot),
    };
  }

  async holds(url: string, count: number): Promise<Call[]> {
    const calls: Call[] = [];
    while (calls.length < count) calls.push(await this.hold(url));
    return calls;
  }

  /** The token of somebody who may still hold something, and who has not held anything for a while. */
  async #token(): Promise<string> {
    const turn = this.#turn++ % people;
    const person = this.#people[turn];
    if (person && person.left > 0) {
      person.left -= 1;
      return person.token;
    }
    const token = await this.newToken();
    this.#people[turn] = { left: holdsPerPerson - 1, token };
    return token;
  }
}

/** Whose tokens an application believes. */
export const tokenSettings = (issuer: TokenIssuer): Settings => ({ ...issuer.settings });
