import { createHash } from 'node:crypto';

/** So often a text is asked before it has a name: what is asked now and then is not worth the memory of each session. */
const OFTEN = 5;
/** A session keeps a plan for each name. */
const MOST_NAMED = 150;
/** Texts whose uses are counted; of those that are never asked again nothing is kept. */
const MOST_COUNTED = 1_000;

/**
 * Names for the statements that are asked again and again: a session parses and plans one that has a name once only
 * (ADR 35). The name is a digest of the text, so that it never stands for another text, whoever shares the session.
 */
export class StatementNames {
  private readonly counted = new Map<string, number>();
  private readonly named = new Map<string, string>();
  private generation = 0;
  private off = false;

  /** Of a statement with parameters; undefined while it has none. */
  of(sql: string): string | undefined {
    if (this.off) return undefined;
    const name = this.named.get(sql);
    if (name !== undefined) return name;
    if (this.named.size >= MOST_NAMED) return undefined;
    const uses = (this.counted.get(sql) ?? 0) + 1;
    if (uses < OFTEN) {
      if (this.counted.size >= MOST_COUNTED) this.counted.clear();
      this.counted.set(sql, uses);
      return undefined;
    }
    this.counted.delete(sql);
    const digest = createHash('sha256').update(sql).digest('hex').slice(0, 32);
    const made = `p${this.generation}_${digest}`;
    this.named.set(sql, made);
    return made;
  }

  /**
   * Whether what failed failed for its name alone, and goes by another or none the next time: a migration has changed
   * what the statement returns, or what lies before the database does not carry names from session to session.
   */
  refused(error: unknown): boolean {
    const { code, routine } = (error ?? {}) as { code?: unknown; routine?: unknown };
    if (code === '0A000' && routine === 'RevalidateCachedQuery') {
      this.named.clear();
      this.generation++;
      return true;
    }
    const unknown = code === '26000' || code === '42P05';
    // Several that were under way fail together, the first of them switches names off.
    this.off ||= unknown;
    return unknown;
  }
}
