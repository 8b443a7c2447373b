import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database, Logger } from '@plataforma/platform';
import { type Claim, LeasedWork, Notifier, WorkTable } from '@plataforma/trabalho';
import { TIPOS_DE_DIVERGENCIA, type TipoDeDivergencia } from '../domain/divergencia.js';
import { IntervaloDeReconciliacao } from './ports.js';
import { type Conferidos, Reconciliar } from './reconciliar.js';
import { RegistroDeDivergencias } from './registro-de-divergencias.js';

/** Object by object, even when nobody asks. */
const FULL_EVERY = `interval '1 hour'`;
const LEASE_MS = 30_000;
const BACKOFF = { firstMs: 1_000, maxMs: 60_000 };
/** Reading the provider's lists takes as long as they are. */
const ITEM_MS = 600_000;
export const ASKED = 'reconciliacoes';
/** What was found repairable is looked at again until it is repaired, so often at most. */
const ROUNDS = 5;
const BETWEEN_ROUNDS_MS = 1_000;

/**
 * What the provider has and we do not: lost events, and whose parked ones are. Several instances share the work: whoever
 * comes when it is due does it. A lost event is seen twice, so in half-time.
 */
@Injectable()
export class ReconciliacaoContinua extends LeasedWork<Date> {
  constructor(
    private readonly database: Database,
    private readonly reconciliar: Reconciliar,
    private readonly intervalo: IntervaloDeReconciliacao,
    private readonly notifier: Notifier,
    logger: Logger,
  ) {
    const table = new WorkTable<Date>(database, notifier, {
      name: 'reconciliação',
      channel: 'reconciliacao',
      table: 'reconciliacao_continua',
      key: ['id'],
      due: 'proxima_em',
      lease: 'em_trabalho_ate',
      attempts: 'falhas',
      stuck: 'falhas >= 10',
      toItem: ({ eventos_ate }: { eventos_ate: Date }) => eventos_ate,
      leaseMs: LEASE_MS,
      backoff: BACKOFF,
    });
    super({ table, concurrency: 1, itemMs: ITEM_MS }, logger);
  }

  protected override async process(eventosAte: Date, posse: Claim, signal: AbortSignal): Promise<void> {
    const newest = await this.reconciliar.events(eventosAte);
    await this.database.change('UPDATE reconciliacao_continua SET eventos_ate = greatest(eventos_ate, $1)', [newest]);
    signal.throwIfAborted();
    await this.reconciliar.parked();
    const asked = await this.database.change(
      `INSERT INTO reconciliacoes (id, desde) SELECT gen_random_uuid(), now() - interval '2 days'
        WHERE NOT EXISTS (SELECT FROM reconciliacoes WHERE pedida_em > now() - ${FULL_EVERY})`,
    );
    if (asked > 0) this.notifier.announce(ASKED);
    await this.table.finish(posse, this.intervalo.segundos * 500);
  }
}

/**
 * What our own tables say of each other, whether the provider answers or not: in a step as small as what changed since
 * the last one, however many bookings there ever were.
 */
@Injectable()
export class ConferenciaContinua extends LeasedWork<undefined> {
  constructor(
    database: Database,
    private readonly reconciliar: Reconciliar,
    private readonly divergencias: RegistroDeDivergencias,
    private readonly intervalo: IntervaloDeReconciliacao,
    notifier: Notifier,
    logger: Logger,
  ) {
    const table = new WorkTable<undefined>(database, notifier, {
      name: 'conferência',
      channel: 'conferencia',
      table: 'reconciliacao_continua',
      key: ['id'],
      due: 'local_em',
      lease: 'local_em_trabalho_ate',
      attempts: 'falhas_locais',
      stuck: 'falhas_locais >= 10',
      toItem: () => undefined,
      leaseMs: LEASE_MS,
      backoff: BACKOFF,
    });
    super({ table, concurrency: 1, itemMs: ITEM_MS }, logger);
  }

  protected override async process(_nothing: undefined, posse: Claim, signal: AbortSignal): Promise<void> {
    while ((await this.reconciliar.changed()) > 0) signal.throwIfAborted();
    await this.reconciliar.findStanding();
    await this.divergencias.measure();
    await this.table.finish(posse, this.intervalo.segundos * 500);
  }
}

interface Pedida {
  readonly id: string;
  readonly desde: Date;
  readonly pedida_em: Date;
}

/** Carries out the comparisons that were asked for: everything since a date, object by object. */
@Injectable()
export class AtenderReconciliacoes extends LeasedWork<Pedida> {
  constructor(
    private readonly database: Database,
    private readonly reconciliar: Reconciliar,
    private readonly divergencias: RegistroDeDivergencias,
    notifier: Notifier,
    logger: Logger,
  ) {
    const table = new WorkTable<Pedida>(database, notifier, {
      name: 'reconciliações pedidas',
      channel: ASKED,
      table: 'reconciliacoes',
      key: ['id'],
      due: 'pedida_em',
      keepsDue: true,
      lease: 'em_trabalho_ate',
      attempts: 'tentativas',
      scope: 'concluida_em IS NULL',
      stuck: 'concluida_em IS NULL AND tentativas >= 10',
      toItem: (row: Pedida) => row,
      leaseMs: LEASE_MS,
      backoff: { firstMs: 1_000, maxMs: 3_600_000 },
    });
    super({ table, concurrency: 1, itemMs: ITEM_MS }, logger);
  }

  protected override async process(asked: Pedida, posse: Claim, signal: AbortSignal): Promise<void> {
    const conferidos = await this.untilRepaired(asked, signal);
    const vistas = await this.database.query<{
      tipo: TipoDeDivergencia;
      chave: string;
      situacao: string;
      detalhe: object;
    }>(
      `SELECT tipo, chave, situacao, detalhe FROM divergencias WHERE vista_em >= $1 OR situacao = 'ABERTA' ORDER BY tipo, chave LIMIT 1000`,
      [asked.pedida_em],
    );
    await this.table.holding(posse, () =>
      this.database.change('UPDATE reconciliacoes SET concluida_em = now(), resultado = $2 WHERE id = $1', [
        asked.id,
        JSON.stringify({ conferidos, divergencias: vistas }),
      ]),
    );
  }

  /** @throws when told to stop: whoever comes next begins it anew */
  private async untilRepaired({ desde }: Pedida, signal: AbortSignal): Promise<Conferidos> {
    const pause = () => delay(BETWEEN_ROUNDS_MS, undefined, { signal });
    for (let round = 1; ; round++) {
      // Twice: what is missing for the second time, a moment later, is fetched.
      await this.reconciliar.events(desde);
      await pause();
      await this.reconciliar.events(desde);
      signal.throwIfAborted();
      await this.reconciliar.parked();
      const noProvedor = await this.reconciliar.provider(desde);
      signal.throwIfAborted();
      const local = await this.reconciliar.local(desde);
      if (round >= ROUNDS || !(await this.isRepairing())) {
        await this.divergencias.measure();
        return { ...noProvedor, ...local };
      }
      await pause();
    }
  }

  private async isRepairing(): Promise<boolean> {
    const open = await this.database.query<{ tipo: TipoDeDivergencia }>(
      `SELECT DISTINCT tipo FROM divergencias WHERE situacao = 'ABERTA'`,
    );
    return open.some(({ tipo }) => TIPOS_DE_DIVERGENCIA[tipo].reparavel);
  }
}
