import { crowded } from './problem.js';

/** What many may ask for at once and few can have, such as one time of one space. */
export interface Contested {
  readonly key: string;
  /** Why nobody can have it, by what is committed now; undefined while somebody may. */
  readonly refusal: () => Promise<Error | undefined>;
}

/** So many try at once for the same thing; the others wait for how that ends. */
const AT_ONCE = 4;
/** How long somebody waits, ms: as long as a transaction may wait for a lock. */
const WAIT_MS = 8_000;
/** How many wait, for all things together. */
const MOST_WAITING = 5_000;

interface Crowd {
  members: number;
  trying: number;
  /** Resolved when one of those who try has ended. */
  ended: PromiseWithResolvers<void>;
  asked?: { readonly since: number; readonly answer: Promise<Error | undefined> };
}

/**
 * Keeps a crowd that wants one thing from taking all of a process: a few try, and the others wait without a transaction
 * or a connection. When one of those ends, all who wait are answered by one look at what is committed: nobody is refused
 * what nobody has, and the database alone decides among those who try (ADR 36).
 */
export class Rush {
  private readonly contests = new Map<string, (body: unknown) => Contested | undefined>();
  private readonly crowds = new Map<string, Crowd>();
  private waiting = 0;

  /**
   * @param route method and pattern, as `POST /v1/reservas`
   * @param contest what a body, which nobody has looked at yet, asks for; undefined for one that is not well-formed
   */
  register(route: string, contest: (body: unknown) => Contested | undefined): void {
    this.contests.set(route, contest);
  }

  of(route: string, body: unknown): Contested | undefined {
    return this.contests.get(route)?.(body);
  }

  /**
   * Tries `work` in its turn.
   * @param excused whether it goes on though nobody can have the thing: it has been done before, and is repeated
   * @throws Problem 503 with `Retry-After` when the turn does not come, what `refusal` said, and the errors of `work`
   */
  async enter<T>({ key, refusal }: Contested, excused: () => Promise<boolean>, work: () => Promise<T>): Promise<T> {
    const arrived = performance.now();
    const crowd = this.crowds.get(key) ?? { members: 0, trying: 0, ended: Promise.withResolvers<void>() };
    this.crowds.set(key, crowd);
    crowd.members++;
    try {
      while (crowd.trying >= AT_ONCE) {
        await this.turn(crowd, arrived + WAIT_MS);
        const refused = await look(crowd, refusal, arrived);
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
      if (--crowd.members === 0) this.crowds.delete(key);
    }
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
function look(crowd: Crowd, refusal: Contested['refusal'], arrived: number): Promise<Error | undefined> {
  if (crowd.asked && crowd.asked.since >= arrived) return crowd.asked.answer;
  const asked = { since: performance.now(), answer: refusal() };
  crowd.asked = asked;
  const over = () => {
    if (crowd.asked === asked) delete crowd.asked;
  };
  asked.answer.then(over, over);
  return asked.answer;
}
