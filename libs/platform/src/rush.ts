import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpExtension } from './http-extension.js';
import { crowded } from './problem.js';
import { Turnstile } from './turnstile.js';

/** What many may ask for at once and few can have, such as one time of one space. */
export interface Contested {
  readonly key: string;
  /** When it was asked for, ms of `performance.now()`: a look at what is committed that began later may refuse it. */
  readonly since?: number;
  /** Why nobody can have it, by what is committed now; undefined while somebody may. */
  readonly refusal: () => Promise<Error | undefined>;
}

/** So many are asked at once who they are, and what they may. */
const TOGETHER = 32;
/** So many of those try at once for the same thing; the others wait for how that ends. */
const AT_ONCE = 4;
/** How long somebody waits, ms: as long as a transaction may wait for a lock. */
const WAIT_MS = 8_000;
/** How many wait, for all things together. */
const MOST_WAITING = 5_000;
/** For how long after the last one has gone it is remembered that a thing was taken: the next look before they try. */
const REMEMBERED_MS = 1_000;

interface Crowd {
  members: number;
  trying: number;
  /** Resolved when one of those who try has ended. */
  ended: PromiseWithResolvers<void>;
  /** Whether the last look found it so: then nobody tries before another look. */
  taken: boolean;
  asked?: { readonly since: number; readonly answer: Promise<Error | undefined> };
}

/** What somebody wants that many may want, found before anybody asks who that is. */
export interface ContestedRequest extends FastifyRequest {
  contested?: Contested;
}

/**
 * Keeps a crowd that wants one thing from taking all of a process: only a few at a time are even asked who they are (ADR
 * 94), few of those try, and the others wait without a transaction or a connection. When one of those who try ends, all
 * who wait are answered by one look at what is committed: nobody is refused what nobody has, and the database alone
 * decides among those who try (ADR 36).
 */
export class Rush extends HttpExtension {
  private readonly contests = new Map<string, (body: unknown) => Contested | undefined>();
  private readonly crowds = new Map<string, Crowd>();
  private readonly turnstile = new Turnstile(TOGETHER, MOST_WAITING);
  private waiting = 0;

  extend(fastify: FastifyInstance): Promise<void> {
    fastify.addHook('preValidation', (request: ContestedRequest, reply, done) => {
      const contested = this.contests.get(`${request.method} ${request.routeOptions.url ?? ''}`)?.(request.body);
      if (!contested) return done();
      request.contested = { ...contested, since: performance.now() };
      this.turnstile.pass(contested.key, reply, done);
    });
    return Promise.resolve();
  }

  /**
   * @param route method and pattern, as `POST /v1/reservas`, of an operation that takes an `Idempotency-Key`
   * @param contest what a body, which nobody has looked at yet, asks for; undefined for one that is not well-formed
   */
  register(route: string, contest: (body: unknown) => Contested | undefined): void {
    this.contests.set(route, contest);
  }

  /**
   * Tries `work` in its turn.
   * @param excused whether it goes on though nobody can have the thing: it has been done before, and is repeated
   * @throws Problem 503 with `Retry-After` when the turn does not come, what `refusal` said, and the errors of `work`
   */
  async enter<T>(
    { key, refusal, since = performance.now() }: Contested,
    excused: () => Promise<boolean>,
    work: () => Promise<T>,
  ): Promise<T> {
    const crowd = this.crowds.get(key) ?? {
      members: 0,
      trying: 0,
      ended: Promise.withResolvers<void>(),
      taken: false,
    };
    this.crowds.set(key, crowd);
    crowd.members++;
    try {
      while (crowd.taken || crowd.trying >= AT_ONCE) {
        if (!crowd.taken) await this.turn(crowd, since + WAIT_MS);
        const refused = await look(crowd, refusal, since);
        crowd.taken = refused !== undefined;
        if (!refused) continue;
        if (await excused()) break;
        throw refused;
      }
      crowd.trying++;
      try {
        return await work();
      } finally {
        crowd.trying--;
        crowd.ended.resolve();
        crowd.ended = Promise.withResolvers<void>();
      }
    } finally {
      crowd.members--;
      if (!crowd.taken) this.forget(key, crowd);
      else if (crowd.members === 0) setTimeout(() => this.forget(key, crowd), REMEMBERED_MS).unref();
    }
  }

  private forget(key: string, crowd: Crowd): void {
    if (crowd.members === 0 && this.crowds.get(key) === crowd) this.crowds.delete(key);
  }

  private async turn({ ended }: Crowd, until: number): Promise<void> {
    if (this.waiting >= MOST_WAITING) throw crowded();
    this.waiting++;
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(crowded()), until - performance.now());
    try {
      await Promise.race([ended.promise, late.promise]);
    } finally {
      clearTimeout(timer);
      this.waiting--;
    }
  }
}

/** One look for all who came before it began. */
function look(crowd: Crowd, refusal: Contested['refusal'], since: number): Promise<Error | undefined> {
  if (crowd.asked && crowd.asked.since >= since) return crowd.asked.answer;
  const asked = { since: performance.now(), answer: refusal() };
  crowd.asked = asked;
  const over = (): void => {
    if (crowd.asked === asked) delete crowd.asked;
  };
  // That it was taken then stays true; that it was free says nothing to whoever looks again.
  asked.answer.then((refused) => refused ?? over(), over);
  return asked.answer;
}
