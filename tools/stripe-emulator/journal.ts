import { open, type FileHandle } from 'node:fs/promises';

/** Where a line lies in the file, in bytes; the line break is not counted. */
export interface Position {
  readonly offset: number;
  readonly length: number;
}

/**
 * An append-only file of JSON lines. One line is one commit: after a crash at any moment it is there whole or not at
 * all, because a torn last line is cut off when the file is opened. Lines appended while a write is under way share the
 * next fsync (group commit).
 */
export class Journal {
  readonly #file: FileHandle;
  readonly #onBroken: (error: Error) => void;
  #end: number;
  #durable: number;
  #buffer: Buffer[] = [];
  #waiters: { upTo: number; resolve: () => void; reject: (error: Error) => void }[] = [];
  #flushing: Promise<void> | undefined;
  #broken: Error | undefined;

  private constructor(file: FileHandle, end: number, onBroken: (error: Error) => void) {
    this.#file = file;
    this.#end = end;
    this.#durable = end;
    this.#onBroken = onBroken;
  }

  /**
   * Replays every line, then opens for appending.
   *
   * @param onBroken called once when the disk refuses a write: memory is then ahead of the file and the process must end
   * @throws when a line other than a torn last one cannot be read
   */
  static async open(
    path: string,
    replay: (line: unknown, position: Position) => void,
    onBroken: (error: Error) => void,
  ): Promise<Journal> {
    const file = await open(path, 'a+', 0o600);
    try {
      const end = await replayLines(file, path, replay);
      await file.truncate(end);
      return new Journal(file, end, onBroken);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Reserves the line's place at once; it is durable when {@link settled} resolves. */
  append(line: unknown): Position {
    if (this.#broken !== undefined) throw this.#broken;
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    const position = { offset: this.#end, length: bytes.length - 1 };
    this.#end += bytes.length;
    this.#buffer.push(bytes);
    this.#flushing ??= this.#flush();
    return position;
  }

  /** Resolves when everything appended so far is on the disk. */
  settled(): Promise<void> {
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    if (this.#durable >= this.#end) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ upTo: this.#end, resolve, reject });
    });
  }

  async read(position: Position): Promise<unknown> {
    if (position.offset + position.length > this.#durable) await this.settled();
    const buffer = Buffer.allocUnsafe(position.length);
    await this.#file.read(buffer, 0, position.length, position.offset);
    return JSON.parse(buffer.toString()) as unknown;
  }

  async close(): Promise<void> {
    await this.#flushing;
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    // Lets the requests of this turn of the event loop share one fsync.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      while (this.#buffer.length > 0) {
        const batch = Buffer.concat(this.#buffer);
        this.#buffer = [];
        await this.#file.appendFile(batch);
        await this.#file.datasync();
        this.#durable += batch.length;
        const ready = this.#waiters.filter((waiter) => waiter.upTo <= this.#durable);
        this.#waiters = this.#waiters.filter((waiter) => waiter.upTo > this.#durable);
        for (const waiter of ready) waiter.resolve();
      }
    } catch (error) {
      this.#broken = error instanceof Error ? error : new Error(String(error));
      for (const waiter of this.#waiters) waiter.reject(this.#broken);
      this.#waiters = [];
      this.#onBroken(this.#broken);
    }
    this.#flushing = undefined;
  }
}

async function replayLines(
  file: FileHandle,
  path: string,
  replay: (line: unknown, position: Position) => void,
): Promise<number> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  for (let lineNumber = 1, position = 0; ;) {
    const chunk = Buffer.allocUnsafe(1 << 20);
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) return offset;
    position += bytesRead;
    rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    let start = 0;
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10, start), lineNumber++) {
      const text = rest.toString('utf8', start, end);
      try {
        replay(JSON.parse(text), { offset, length: end - start });
      } catch (cause) {
        throw new Error(
          `o diário ${path} está danificado na linha ${lineNumber}; restaure-o ou apague a pasta de dados`,
          { cause },
        );
      }
      offset += end - start + 1;
      start = end + 1;
    }
    rest = rest.subarray(start);
  }
}
