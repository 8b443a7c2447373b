/** The longest turn of the event loop while `work` runs, ms of CPU of this thread: what other processes take is not it. */
export async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let running = true;
  let longest = 0;
  let before = process.threadCpuUsage();
  const turn = () => {
    const { user, system } = process.threadCpuUsage(before);
    longest = Math.max(longest, (user + system) / 1_000);
    before = process.threadCpuUsage();
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  try {
    await work();
  } finally {
    running = false;
  }
  return longest;
}
