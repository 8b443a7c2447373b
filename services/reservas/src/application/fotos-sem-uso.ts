import { Injectable } from '@nestjs/common';
import { Database, Logger } from '@plataforma/platform';
import { type Claim, LeasedWork, Notifier, WorkTable } from '@plataforma/trabalho';
import { ArmazemDeFotos } from './fotos.js';

const CONCURRENCY = 2;
const LEASE_MS = 60_000;
const ITEM_MS = 30_000;

interface Row {
  readonly nome: string;
}

/** Removes, a day after it was sent, each photo that no space shows, nor ever did in a version that may come back. */
@Injectable()
export class FotosSemUso extends LeasedWork<string> {
  constructor(
    private readonly database: Database,
    notifier: Notifier,
    private readonly armazem: ArmazemDeFotos,
    logger: Logger,
  ) {
    const table = new WorkTable<string>(database, notifier, {
      name: 'fotos sem uso',
      channel: 'fotos_enviadas',
      table: 'fotos_enviadas',
      key: ['nome'],
      due: 'confere_em',
      lease: 'em_trabalho_ate',
      attempts: 'tentativas',
      stuck: 'tentativas >= 10',
      toItem: ({ nome }: Row) => nome,
      leaseMs: LEASE_MS,
      backoff: { firstMs: 60_000, maxMs: 3_600_000 },
    });
    super({ table, concurrency: CONCURRENCY, itemMs: ITEM_MS }, logger);
  }

  /** Before it is kept: whoever sends again what is about to go has another day, and it is written after it went. */
  async expect(nome: string): Promise<void> {
    await this.database.change(
      `INSERT INTO fotos_enviadas (nome, confere_em) VALUES ($1, now() + interval '1 day')
       ON CONFLICT (nome) DO UPDATE SET confere_em = excluded.confere_em`,
      [nome],
    );
  }

  protected override async process(nome: string, posse: Claim): Promise<void> {
    await this.table.holding(posse, async () => {
      const [row] = await this.database.query<{ devida: boolean; usada: boolean }>(
        `SELECT confere_em <= now() AS devida,
                EXISTS (SELECT FROM espaco_versoes WHERE regras -> 'fotos' ? $2)
                  OR EXISTS (SELECT FROM espacos WHERE fotos ? $2) AS usada
           FROM fotos_enviadas WHERE nome = $1`,
        [nome, `/fotos/${nome}`],
      );
      if (row?.devida !== true) return void (await this.table.finish(posse));
      if (!row.usada) await this.armazem.remove(nome);
      await this.database.change('DELETE FROM fotos_enviadas WHERE nome = $1', [nome]);
    });
  }
}
