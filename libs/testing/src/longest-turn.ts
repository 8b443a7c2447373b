/** How long one request may keep all others waiting, ms of the thread's own time. */
export const MAX_TURN_MS = 50;
const ATTEMPTS = 5;

/** The longest turn of the event loop while `work` runs, ms of CPU of this thread: what other processes take is not it. */
async function turnOf(work: () => Promise<unknown>): Promise<number> {
  let running = true;
  let longest = 0;
  let before = process.threadCpuUsage();
  const measure = () => {
    const { user, system } = process.threadCpuUsage(before);
    longest = Math.max(longest, (user + system) / 1_000);
    before = process.threadCpuUsage();
  };
  const turn = () => {
    measure();
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  try {
    await work();
    // What never let anybody else have a turn has not been measured yet.
    measure();
  } finally {
    running = false;
  }
  return longest;
}

/**
 * How long `work` keeps everybody else waiting, ms: the least of several times, for what is compiled or collected
 * meanwhile is not its doing. Once it is within `MAX_TURN_MS` it is not done again.
 */
export async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < ATTEMPTS && least > MAX_TURN_MS; i++) least = Math.min(least, await turnOf(work));
  return least;
}
