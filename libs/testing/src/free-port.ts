import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * A port that was free a moment ago, for what must be told its own address before it listens. Below those that the
 * system gives to outgoing connections (32768 and up on Linux), one of which would take it meanwhile.
 */
export async function freePort(tries = 50): Promise<number> {
  const port = randomInt(20_000, 32_000);
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
  } catch (error) {
    if (tries > 1) return freePort(tries - 1);
    throw error;
  }
  await new Promise((resolve) => server.close(resolve));
  return port;
}
