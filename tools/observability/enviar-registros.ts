import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';

const EVERY_MS = 1_000;
/** So much of each file in a round, bytes: what is more comes in the next. */
const MOST = 1_000_000;
const STREAM = '_stream_fields=service&_time_field=timestamp&_msg_field=message';

/**
 * Sends what applications write down in `folder`, line by line as they are, to a store of logs, until the signal ends it.
 * From the end of what is there: of what nobody was there to take nothing is kept twice. What cannot be sent is tried again.
 */
export async function enviarRegistros(folder: string, store: string, signal: AbortSignal): Promise<void> {
  const read = new Map<string, number>();
  const files = () => readdirSync(folder).filter((name) => name.endsWith('.log'));
  for (const name of files()) read.set(name, statSync(join(folder, name)).size);
  while (!signal.aborted) {
    for (const name of files()) {
      const { lines, end } = since(join(folder, name), read.get(name) ?? 0);
      if (lines.length === 0 || (await sent(store, lines, signal))) read.set(name, end);
    }
    await new Promise<void>((resolve) => {
      const done = () => (clearTimeout(timer), signal.removeEventListener('abort', done), resolve());
      const timer = setTimeout(done, EVERY_MS);
      signal.addEventListener('abort', done);
    });
  }
}

/** Whole lines that are ours, from `begin`, and where the next begins; a file that became shorter is another. */
export function since(path: string, begin: number): { lines: string[]; end: number } {
  const { size } = statSync(path);
  const from = size < begin ? 0 : begin;
  const buffer = Buffer.alloc(Math.min(size - from, MOST));
  const file = openSync(path, 'r');
  const length = readSync(file, buffer, 0, buffer.length, from);
  closeSync(file);
  const whole = buffer.subarray(0, length).lastIndexOf('\n') + 1;
  // A line that is longer than a round is nobody's: it is passed over.
  if (whole === 0) return { lines: [], end: length === MOST ? from + length : from };
  const text = buffer.toString('utf8', 0, whole);
  return { lines: text.split('\n').filter((line) => line.startsWith('{"') && line.endsWith('}')), end: from + whole };
}

const sent = (store: string, lines: string[], signal: AbortSignal): Promise<boolean> =>
  fetch(`${store}/insert/jsonline?${STREAM}`, {
    method: 'POST',
    headers: { 'content-type': 'application/stream+json' },
    body: lines.join('\n'),
    signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
  }).then(
    ({ ok }) => ok,
    () => false,
  );
