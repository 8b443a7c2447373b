import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';

/** A stretch of a unit's time that nobody occupies any more. */
export interface Trecho {
  readonly unidade_id: string;
  readonly inicio: Date;
  readonly fim: Date;
}

/** `RETURNING` of a statement that frees time, as `Trecho`. */
export const TRECHO = 'unidade_id, lower(periodo) AS inicio, upper(periodo) AS fim';

/** Where those who free time tell it, and those who wait for it hear it: in the same transaction, just before its end. */
@Injectable()
export class TempoLiberado {
  private listener: (trechos: readonly Trecho[]) => Promise<void> = () => Promise.resolve();

  constructor(private readonly database: Database) {}

  listen(listener: (trechos: readonly Trecho[]) => Promise<void>): void {
    this.listener = listener;
  }

  /** Inside a transaction. What is taken again before its end is for the listener to find out. */
  tell(trechos: readonly Trecho[]): void {
    if (trechos.length > 0) this.database.beforeCommit(() => this.listener(trechos));
  }
}
