import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { TaskGraph, TaskResult } from './batch.ts';

/** What the tests of one project came to. */
export interface Tally {
  /** The folder of the project. */
  project: string;
  passed: number;
  failed: number;
  /** Skipped, or outside of the filter. */
  skipped: number;
  /** No test failed, and Jest had nothing else to object to. */
  success: boolean;
}

/** Names the socket on which `npm test` waits to be told which projects changed. */
export const runnerVariable = 'PLATAFORMA_TEST_RUNNER';

/**
 * The tests of every project that changed, in one Jest: `npm test`, which started Nx, has the servers and the terminal,
 * and runs them.
 */
export default async function* test({ tasks }: TaskGraph): AsyncGenerator<TaskResult> {
  const socketPath = process.env[runnerVariable];
  if (socketPath === undefined) throw new Error('os testes rodam por "npm test"');
  const projects = Object.values(tasks).map(({ projectRoot }) => projectRoot);
  const tallies = JSON.parse(await ask(socketPath, JSON.stringify(projects))) as Tally[];
  for (const [task, { projectRoot }] of Object.entries(tasks)) {
    const tally = tallies.find(({ project }) => project === projectRoot);
    yield { task, result: { success: tally?.success === true, terminalOutput: JSON.stringify(tally ?? null) } };
  }
}

/** Waits for as long as tests may take, but not for a runner that is gone. */
function ask(socketPath: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method: 'POST' }, (response) => {
      if (response.statusCode === 200) text(response).then(resolve, reject);
      else reject(new Error('os testes não chegaram ao fim'));
    });
    asked.once('error', reject);
    asked.end(body);
  });
}
