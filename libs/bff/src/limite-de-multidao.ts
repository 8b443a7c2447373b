import { crowded, HttpExtension, Turnstile } from '@plataforma/platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** How many may ask for the same before the others are told to ask again, until nobody does; two hundred for one time still hear who got it. */
const MOST_ASKING = 256;
/** So many of those go on at once. */
const TOGETHER = 16;
/** Who wait, whatever for. */
const MOST_WAITING = 2_000;
/** Longer bodies are looked at by nobody here, bytes: what a crowd wants is a few fields. */
const MOST_BYTES = 2_000;

/** Of what is created under a key, by all of what it is; what has no body may be everybody's own. */
const wantedBy = ({ method, url, body, headers }: FastifyRequest): string | undefined =>
  headers['idempotency-key'] === undefined ||
  typeof body !== 'object' ||
  !(Number(headers['content-length']) <= MOST_BYTES)
    ? undefined
    : `${method} ${url} ${JSON.stringify(body)}`;

/**
 * Refuses whoever wants the very same as many others want at this moment, such as one time of one space: before the
 * token, the schema and the service are asked, so that refusing costs next to nothing and those who want something else
 * do not wait for it (ADR 44). Nothing was begun: 503 with `Retry-After`, and the next try finds it decided. Those who may
 * stay go on a few at a time (ADR 94).
 */
export class LimiteDeMultidao extends HttpExtension {
  /** Of what somebody asks for: how many do, and how many have since somebody has. */
  private readonly asking = new Map<string, { now: number; ever: number }>();
  private readonly turnstile = new Turnstile(TOGETHER, MOST_WAITING);

  /** How many ask, whatever for. */
  get size(): number {
    return [...this.asking.values()].reduce((sum, { now }) => sum + now, 0);
  }

  extend(fastify: FastifyInstance): Promise<void> {
    fastify.addHook('preValidation', (request, reply, done) => {
      const wanted = wantedBy(request);
      if (wanted === undefined) return done();
      const those = this.asking.get(wanted) ?? { now: 0, ever: 0 };
      if (those.ever >= MOST_ASKING) return done(crowded());
      this.asking.set(wanted, { now: those.now + 1, ever: those.ever + 1 });
      // Also of whoever goes away before the answer.
      reply.raw.once('close', () => this.leave(wanted));
      this.turnstile.pass(wanted, reply, done);
    });
    return Promise.resolve();
  }

  private leave(wanted: string): void {
    const { now, ever } = this.asking.get(wanted) ?? { now: 0, ever: 0 };
    if (now <= 1) this.asking.delete(wanted);
    else this.asking.set(wanted, { now: now - 1, ever });
  }
}
