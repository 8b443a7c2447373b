/**
 * The load generator: a process of its own, so that its CPU is counted apart. Gets one job at a time from its parent,
 * and ends with it.
 */
import { Agent, request } from 'node:http';
import * as https from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import type { Call, Job, Outcome } from './calls.ts';

process.on('disconnect', () => process.exit(0));
/** No further call begins; those under way are waited for. */
let halted = false;
process.on('message', (job: Job | 'halt') => {
  halted = job === 'halt';
  if (job === 'halt') return;
  run(job).then(
    (outcome) => process.send?.({ outcome }),
    (error: unknown) => process.send?.({ failure: String(error) }),
  );
});

async function run({ calls, pace, keepBodies = false, timeoutMs = 60_000, ca }: Job): Promise<Outcome> {
  const sockets = 'clients' in pace ? pace.clients : 2_000;
  const kept = { keepAlive: true, maxSockets: sockets, maxFreeSockets: sockets };
  const agent = ca === undefined ? new Agent(kept) : new https.Agent({ ...kept, ca });
  const outcome: Outcome = { wallMs: 0, statuses: {}, latenciesMs: [], endedMs: [], bodies: [], withoutRetryAfter: 0 };
  const started = performance.now();
  const make = async (index: number, since: number): Promise<void> => {
    const call = calls[index];
    if (!call) return;
    const { status, body, retryAfter } = await send(agent, call, timeoutMs).catch((error: unknown) => {
      outcome.firstError ??= String(error);
      return { status: 'erro', body: '', retryAfter: undefined };
    });
    if (status === '503' && retryAfter === undefined) outcome.withoutRetryAfter += 1;
    const ended = performance.now();
    outcome.statuses[status] = (outcome.statuses[status] ?? 0) + 1;
    outcome.latenciesMs[index] = ended - since;
    outcome.endedMs[index] = ended - started;
    if (keepBodies) outcome.bodies[index] = body;
  };
  if ('clients' in pace) {
    let next = 0;
    const client = async (): Promise<void> => {
      while (!halted && next < calls.length) await make(next++, performance.now());
    };
    await Promise.all(Array.from({ length: pace.clients }, client));
  } else {
    const open: Promise<void>[] = [];
    for (const [index, dueMs] of pace.dueMs.entries()) {
      const wait = started + dueMs - performance.now();
      if (wait > 0) await delay(wait);
      open.push(make(index, started + dueMs));
    }
    await Promise.all(open);
  }
  agent.destroy();
  return { ...outcome, wallMs: performance.now() - started };
}

interface Answer {
  status: string;
  body: string;
  retryAfter: string | undefined;
}

function send(agent: Agent, call: Call, timeoutMs: number): Promise<Answer> {
  const { method, url, headers = {}, body } = call;
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const ask = url.startsWith('https:') ? https.request : request;
    const asked = ask(url, { agent, method, headers: { ...headers, ...length } }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () =>
        resolve({ status: String(response.statusCode), body: text, retryAfter: response.headers['retry-after'] }),
      );
      response.on('error', reject);
    });
    asked.setTimeout(timeoutMs, () => asked.destroy(new Error('sem resposta a tempo')));
    asked.on('error', reject);
    asked.end(body);
  });
}
