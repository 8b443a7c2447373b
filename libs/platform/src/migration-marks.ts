/** What a migration says of itself in the comment lines before its first statement. */
export interface MigrationMarks {
  /** Why what it takes away may go: `-- contracao: motivo`; empty when no reason is given. */
  readonly contraction: string | undefined;
  /** `-- sem-transacao`: for the one statement that PostgreSQL does not run inside of a transaction. */
  readonly outsideTransaction: boolean;
}

/** With or without accents: who writes Portuguese puts them there. */
const MARKS = /^--\s*(?:(sem[ -]transa[cç][aã]o)|contra[cç][aã]o:(.*))$/i;

export function marksOf(sql: string): MigrationMarks {
  const lines = sql.split('\n').map((line) => line.trim());
  const end = lines.findIndex((line) => line !== '' && !line.startsWith('--'));
  const marks = lines.slice(0, end < 0 ? lines.length : end).map((line) => MARKS.exec(line));
  return {
    outsideTransaction: marks.some((mark) => mark?.[1] !== undefined),
    contraction: marks.find((mark) => mark?.[2] !== undefined)?.[2]?.trim(),
  };
}

/** The index that a migration outside of a transaction builds; undefined when it does something else. */
export const concurrentIndexOf = (sql: string): string | undefined =>
  /\bCREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY\s+IF\s+NOT\s+EXISTS\s+(\w+)\s+ON\b/i.exec(sql)?.[1];
