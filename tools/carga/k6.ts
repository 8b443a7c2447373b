/** What the profiles of `load-tests/` take from k6, for a machine that has none: the same names, on Node. */
import { Count, metrics, Rate as Share, Trend } from './figures.ts';

export function check<T>(value: T, checks: Readonly<Record<string, (value: T) => unknown>>): boolean {
  const answers = Object.entries(checks).map(([name, holds]) => {
    const right = Boolean(holds(value));
    metrics.of('checks', Share).add(right);
    metrics.of(`checks: ${name}`, Share).add(right);
    return right;
  });
  return answers.every(Boolean);
}

export class Counter {
  readonly #count: Count;

  constructor(name: string) {
    this.#count = metrics.of(name, Count);
  }

  add(value: number): void {
    this.#count.add(value);
  }
}

interface Params {
  readonly headers?: Readonly<Record<string, string>>;
  readonly tags?: { readonly name?: string };
  readonly timeout?: string;
  readonly responseCallback?: (status: number) => boolean;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timings: { readonly duration: number };
}

const timeoutMs = 30_000;
const successful = (status: number): boolean => status >= 200 && status < 400;

/** A failure of the network is an answer of status 0, as in k6. */
async function asyncRequest(
  method: string,
  url: string,
  body?: string | Readonly<Record<string, string>> | null,
  { headers = {}, tags = {}, responseCallback = successful }: Params = {},
): Promise<Answer> {
  const began = performance.now();
  const answer = await fetch(url, {
    method,
    headers,
    ...(body && { body: typeof body === 'string' ? body : new URLSearchParams(body) }),
    signal: AbortSignal.timeout(timeoutMs),
  })
    .then(async (response) => ({
      status: response.status,
      body: await response.text(),
      headers: Object.fromEntries(response.headers),
    }))
    .catch(() => ({ status: 0, body: '', headers: {} }));
  const duration = performance.now() - began;
  metrics.of('http_req_duration', Trend).add(duration);
  metrics.of(`http_req_duration{name:${tags.name ?? url}}`, Trend).add(duration);
  metrics.of('http_req_failed', Share).add(!responseCallback(answer.status));
  metrics.of('http_reqs', Count).add(1);
  return { ...answer, timings: { duration } };
}

const expectedStatuses =
  (...statuses: readonly number[]) =>
  (status: number): boolean =>
    statuses.includes(status);

export const setTimeout = globalThis.setTimeout;

export default { asyncRequest, expectedStatuses };
