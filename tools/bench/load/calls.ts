/** One HTTP call of the generator. */
export interface Call {
  method: 'GET' | 'POST' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  body?: string;
}

/** How calls follow each other. */
export type Pace =
  /** Closed loop: so many clients, each of whom asks again when it has its answer. */
  | { clients: number }
  /** Open loop: each call leaves when its time has come (ms from the beginning), whatever became of those before. */
  | { dueMs: readonly number[] };

export interface Job {
  calls: readonly Call[];
  pace: Pace;
  /** Bodies of the answers are sent back. */
  keepBodies?: boolean;
  /** A call that takes longer has failed. */
  timeoutMs?: number;
  /** Whose certificate (PEM) an `https:` address may have. */
  ca?: string;
}

export interface Outcome {
  wallMs: number;
  /** Answers by HTTP status; `erro` for calls without one. */
  statuses: Record<string, number>;
  /** Of each call in the order they were given, ms: from when it was due (open loop) or sent (closed). */
  latenciesMs: number[];
  /** When each had its answer, ms from the beginning. */
  endedMs: number[];
  bodies: string[];
  /** Answers 503 that do not say when to come back. */
  withoutRetryAfter: number;
  /** What went wrong the first time that a call got no answer. */
  firstError?: string;
}
