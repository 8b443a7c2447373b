import pg from 'pg';

const EVERY_MS = 1_000;
const ANSWER_MS = 2_000;

/**
 * Whether what is read from the replicas is at most about two seconds old: each has replayed what the primary had
 * written when it was asked the time before. While one of them is behind, or does not answer, nobody reads from any.
 */
export class Replicas {
  readonly pools: readonly pg.Pool[];
  private fresh = false;
  private written: string | undefined;
  private readonly timer: NodeJS.Timeout;
  private looking = false;
  private turn = 0;

  /** @param connections how each of them is connected to, apart from its address */
  constructor(
    private readonly primary: pg.Pool,
    urls: readonly string[],
    connections: pg.PoolConfig,
  ) {
    this.pools = urls.map((connectionString) => new pg.Pool({ ...connections, connectionString }));
    // Whoever asks has the error; of what breaks while nobody does, the event would end the process.
    for (const pool of this.pools)
      pool.on('error', () => undefined).on('connect', (client) => client.on('error', () => undefined));
    this.timer = setInterval(() => void this.look(), EVERY_MS).unref();
  }

  /** The one whose turn it is; nothing while they may not be asked. */
  next(): pg.Pool | undefined {
    return this.fresh ? this.pools[this.turn++ % this.pools.length] : undefined;
  }

  /** One of them has failed: until all have been seen to be well, the primary answers. */
  doubt(): void {
    this.fresh = false;
    this.written = undefined;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    this.doubt();
    await Promise.all(this.pools.map((pool) => pool.end()));
  }

  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      const { written } = this;
      const [now] = await answer(this.primary.query<{ lsn: string }>('SELECT pg_current_wal_lsn()::text AS lsn'));
      if (written !== undefined) {
        const caughtUp = await Promise.all(this.pools.map((replica) => hasReplayed(replica, written)));
        this.fresh = caughtUp.every(Boolean);
      }
      this.written = now?.lsn;
    } catch {
      // Without the primary nobody knows how old they are, nor is there a newer answer: they stay what they were.
    } finally {
      this.looking = false;
    }
  }
}

async function hasReplayed(replica: pg.Pool, lsn: string): Promise<boolean> {
  try {
    const sql = 'SELECT NOT pg_is_in_recovery() OR pg_last_wal_replay_lsn() >= $1::pg_lsn AS caught_up';
    const [row] = await answer(replica.query<{ caught_up: boolean }>(sql, [lsn]));
    return row?.caught_up === true;
  } catch {
    return false;
  }
}

async function answer<Row extends pg.QueryResultRow>(asked: Promise<pg.QueryResult<Row>>): Promise<Row[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(reject, ANSWER_MS, new Error('sem resposta a tempo'));
  });
  try {
    return (await Promise.race([asked, late])).rows;
  } finally {
    clearTimeout(timer);
  }
}
