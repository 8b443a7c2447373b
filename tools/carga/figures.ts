/** What k6's metrics are, as far as the profiles of `load-tests/` use them: times in classes of 2 %, so that a long run needs no more memory than a short one. */
const growth = Math.log(1.02);

export class Trend {
  readonly #classes = new Map<number, number>();
  count = 0;

  add(ms: number): void {
    const index = Math.ceil(Math.log(Math.max(ms, 0.01)) / growth);
    this.#classes.set(index, (this.#classes.get(index) ?? 0) + 1);
    this.count += 1;
  }

  /** @param share of 0 to 1 @returns ms, to 2 % above; 0 when there was nothing */
  percentile(share: number): number {
    let left = Math.ceil(this.count * share);
    for (const [index, count] of [...this.#classes].toSorted(([a], [b]) => a - b)) {
      left -= count;
      if (left <= 0) return Math.exp(index * growth);
    }
    return 0;
  }
}

export class Rate {
  total = 0;
  true = 0;

  add(value: unknown): void {
    this.total += 1;
    if (value) this.true += 1;
  }

  get rate(): number {
    return this.total === 0 ? 0 : this.true / this.total;
  }
}

export class Count {
  count = 0;

  add(value: number): void {
    this.count += value;
  }
}

export type Metric = Trend | Rate | Count;

const known = new Map<string, Metric>();

export const metrics = {
  all: (): ReadonlyMap<string, Metric> => known,
  /** Forgets what was counted so far; who holds a counter goes on with it. */
  restart: (): void => {
    for (const [name, metric] of known) if (!(metric instanceof Count)) known.delete(name);
    for (const metric of known.values()) if (metric instanceof Count) metric.count = 0;
  },
  /** The one of a name, made when it is first asked for. */
  of<M extends Metric>(name: string, kind: new () => M): M {
    const found = known.get(name);
    if (found instanceof kind) return found;
    if (found) throw new Error(`a métrica ${name} já é de outro tipo`);
    const made = new kind();
    known.set(name, made);
    return made;
  },
};

export interface Judged {
  readonly threshold: string;
  readonly value: number;
  readonly holds: boolean;
}

const form =
  /^(?:p\((?<percent>\d+(?:\.\d+)?)\)|(?<name>rate|count))\s*(?<sign><=|>=|==|<|>)\s*(?<limit>\d+(?:\.\d+)?)$/;

/** Judges a threshold in k6's words (`p(95)<500`, `rate<0.01`, `count==1`). @throws Error for any other */
export function judge(metricName: string, threshold: string): Judged {
  const { percent, name, sign, limit } = form.exec(threshold)?.groups ?? {};
  if (sign === undefined) throw new Error(`limite que não se entende: ${metricName} ${threshold}`);
  const metric = known.get(metricName);
  let value = 0;
  if (metric instanceof Trend && percent !== undefined) value = metric.percentile(Number(percent) / 100);
  else if (metric instanceof Rate && name === 'rate') value = metric.rate;
  else if (metric instanceof Count && name === 'count') value = metric.count;
  else if (metric) throw new Error(`${threshold} não é de uma métrica como ${metricName}`);
  const wanted = Number(limit);
  const holds = {
    '<': value < wanted,
    '<=': value <= wanted,
    '>': value > wanted,
    '>=': value >= wanted,
    '==': value === wanted,
  };
  return { threshold: `${metricName} ${threshold}`, value, holds: holds[sign as keyof typeof holds] };
}
