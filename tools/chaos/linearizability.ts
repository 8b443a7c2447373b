/**
 * Whether what clients saw can be explained by one order (Herlihy and Wing, "Linearizability", 1990), searched for as
 * Wing and Gong do, without going twice into what was tried (Lowe, "Testing for linearizability", 2017).
 */

/** Something that happened at one moment between `start` and `end`, ms; `end` is Infinity when nobody knows by when. */
export interface Happening<Input> {
  readonly input: Input;
  readonly start: number;
  readonly end: number;
  /** It may never have happened: its answer was lost, or it is something that the platform does by itself. */
  readonly maybe?: boolean;
  /** For whoever reads why a history has no explanation. */
  readonly told: string;
}

export interface Model<State, Input> {
  readonly initial: State;
  /** Undefined: in that state it cannot have happened so. */
  readonly step: (state: State, input: Input) => State | undefined;
  /** The same for equal states. */
  readonly key: (state: State) => string;
}

export type Explanation =
  | { readonly found: true }
  /** The longest order that could be found, and what could not follow it. */
  | { readonly found: false; readonly order: readonly string[]; readonly stuck: readonly string[] };

/** States that are looked at before a search is given up. */
const mostStates = 50_000;

/** @throws Error when the search is too large to be decided: that is no explanation either */
export function explain<State, Input>(
  happenings: readonly Happening<Input>[],
  { initial, step, key }: Model<State, Input>,
): Explanation {
  const sorted = happenings.toSorted((a, b) => a.start - b.start);
  const required = sorted.reduce((bits, { maybe }, i) => (maybe ? bits : bits | (1n << BigInt(i))), 0n);
  const seen = new Set<string>();
  const path: string[] = [];
  let best: { order: string[]; stuck: string[] } | undefined;

  const search = (done: bigint, state: State): boolean => {
    if ((done & required) === required) return true;
    const visited = `${done.toString(36)} ${key(state)}`;
    if (seen.has(visited)) return false;
    if (seen.size >= mostStates) throw new Error(`história grande demais: ${mostStates} estados não bastam`);
    seen.add(visited);
    const left = sorted.flatMap((each, i) => ((done >> BigInt(i)) & 1n ? [] : [{ each, bit: 1n << BigInt(i) }]));
    // What began after another had ended came after it.
    const first = Math.min(...left.map(({ each }) => (each.maybe ? Infinity : each.end)));
    const next = left.filter(({ each }) => each.start <= first);
    for (const { each, bit } of next) {
      const after = step(state, each.input);
      if (after === undefined) continue;
      path.push(each.told);
      if (search(done | bit, after)) return true;
      path.pop();
    }
    if (!best || path.length > best.order.length)
      best = { order: [...path], stuck: next.filter(({ each }) => !each.maybe).map(({ each }) => each.told) };
    return false;
  };
  return search(0n, initial) ? { found: true } : { found: false, order: [], stuck: [], ...best };
}
