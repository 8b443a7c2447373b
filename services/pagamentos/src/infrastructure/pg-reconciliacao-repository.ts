import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import { Notifier } from '@plataforma/trabalho';
import { ReconciliacaoRepository } from '../application/ports.js';
import { ASKED } from '../application/reconciliacao-continua.js';

const DEFAULT_DAYS = 30;

@Injectable()
export class PgReconciliacaoRepository extends ReconciliacaoRepository {
  constructor(
    private readonly database: Database,
    private readonly notifier: Notifier,
  ) {
    super();
  }

  override async insert(desde: string | undefined): Promise<string> {
    const id = randomUUIDv7();
    await this.database.change(
      `INSERT INTO reconciliacoes (id, desde) VALUES ($1, coalesce($2::timestamptz, now() - make_interval(days => $3)))`,
      [id, desde ?? null, DEFAULT_DAYS],
    );
    this.notifier.announce(ASKED);
    return id;
  }
}
