import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database, Logger, Worker } from '@plataforma/platform';
import { TIPOS_DE_DIVERGENCIA, type TipoDeDivergencia } from '../domain/divergencia.js';
import { IntervaloDeReconciliacao } from './ports.js';
import { type Conferidos, Reconciliar } from './reconciliar.js';
import { RegistroDeDivergencias } from './registro-de-divergencias.js';

const FLOOR_MS = 500;
/** Object by object, even when nobody asks. */
const FULL_EVERY = `interval '1 hour'`;
const LEASE_S = 120;
/** Reading the provider's lists takes as long as they are. */
const ROUND_MS = 600_000;
/** What was found repairable is looked at again until it is repaired, so often at most. */
const ROUNDS = 5;
const BETWEEN_ROUNDS_MS = 1_000;

/**
 * What the provider has and we do not: lost events, and whose parked ones are. Several instances share the work: whoever
 * comes when it is due does it. A lost event is seen twice, so in half-time.
 */
@Injectable()
export class ReconciliacaoContinua extends Worker {
  constructor(
    private readonly database: Database,
    private readonly reconciliar: Reconciliar,
    private readonly intervalo: IntervaloDeReconciliacao,
    logger: Logger,
  ) {
    super({ name: 'reconciliação', floorMs: FLOOR_MS, drain: () => this.runIfDue(), roundMs: ROUND_MS }, logger);
  }

  private async runIfDue(): Promise<number> {
    const [turn] = await this.database.query<{ eventos_ate: Date }>(
      `UPDATE reconciliacao_continua SET proxima_em = now() + make_interval(secs => $1) WHERE proxima_em <= now() RETURNING eventos_ate`,
      [this.intervalo.segundos / 2],
    );
    if (!turn) return 0;
    const newest = await this.reconciliar.events(turn.eventos_ate);
    await this.database.change('UPDATE reconciliacao_continua SET eventos_ate = greatest(eventos_ate, $1)', [newest]);
    await this.reconciliar.parked();
    await this.database.change(
      `INSERT INTO reconciliacoes (id, desde) SELECT gen_random_uuid(), now() - interval '2 days'
        WHERE NOT EXISTS (SELECT FROM reconciliacoes WHERE pedida_em > now() - ${FULL_EVERY})`,
    );
    return 0;
  }
}

/**
 * What our own tables say of each other, whether the provider answers or not: in a step as small as what changed since
 * the last one, however many bookings there ever were.
 */
@Injectable()
export class ConferenciaContinua extends Worker {
  constructor(
    private readonly database: Database,
    private readonly reconciliar: Reconciliar,
    private readonly divergencias: RegistroDeDivergencias,
    private readonly intervalo: IntervaloDeReconciliacao,
    logger: Logger,
  ) {
    super({ name: 'conferência', floorMs: FLOOR_MS, drain: (signal) => this.runIfDue(signal) }, logger);
  }

  private async runIfDue(signal: AbortSignal): Promise<number> {
    const turns = await this.database.change(
      'UPDATE reconciliacao_continua SET local_em = now() + make_interval(secs => $1) WHERE local_em <= now()',
      [this.intervalo.segundos / 2],
    );
    if (turns === 0) return 0;
    while ((await this.reconciliar.changed()) > 0) if (signal.aborted) return 0;
    await this.reconciliar.findStanding();
    await this.divergencias.measure();
    return 0;
  }
}

/** Carries out the comparisons that were asked for: everything since a date, object by object. */
@Injectable()
export class AtenderReconciliacoes extends Worker {
  constructor(
    private readonly database: Database,
    private readonly reconciliar: Reconciliar,
    private readonly divergencias: RegistroDeDivergencias,
    logger: Logger,
  ) {
    super(
      { name: 'reconciliações pedidas', floorMs: FLOOR_MS, drain: (signal) => this.drain(signal), roundMs: ROUND_MS },
      logger,
    );
  }

  private async drain(signal: AbortSignal): Promise<number> {
    const [asked] = await this.database.query<{ id: string; desde: Date; pedida_em: Date }>(
      `UPDATE reconciliacoes SET em_trabalho_ate = now() + make_interval(secs => $1)
        WHERE id = (SELECT id FROM reconciliacoes
                     WHERE concluida_em IS NULL AND (em_trabalho_ate IS NULL OR em_trabalho_ate < now())
                     ORDER BY pedida_em LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING id, desde, pedida_em`,
      [LEASE_S],
    );
    if (!asked) return 0;
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
    await this.database.change('UPDATE reconciliacoes SET concluida_em = now(), resultado = $2 WHERE id = $1', [
      asked.id,
      JSON.stringify({ conferidos, divergencias: vistas }),
    ]);
    return 1;
  }

  /** @throws when told to stop: whoever comes when the lease is over begins it anew */
  private async untilRepaired(
    asked: { readonly id: string; readonly desde: Date },
    signal: AbortSignal,
  ): Promise<Conferidos> {
    const { desde } = asked;
    const pause = () => delay(BETWEEN_ROUNDS_MS, undefined, { signal });
    for (let round = 1; ; round++) {
      // Twice: what is missing for the second time, a moment later, is fetched.
      await this.reconciliar.events(desde);
      await pause();
      await this.reconciliar.events(desde);
      await this.keep(asked.id);
      await this.reconciliar.parked();
      const noProvedor = await this.reconciliar.provider(desde);
      await this.keep(asked.id);
      const local = await this.reconciliar.local(desde);
      if (round >= ROUNDS || !(await this.isRepairing())) {
        await this.divergencias.measure();
        return { ...noProvedor, ...local };
      }
      await this.keep(asked.id);
      await pause();
    }
  }

  /** So that nobody else begins what takes longer than a lease. */
  private async keep(id: string): Promise<void> {
    await this.database.change(
      'UPDATE reconciliacoes SET em_trabalho_ate = now() + make_interval(secs => $2) WHERE id = $1',
      [id, LEASE_S],
    );
  }

  private async isRepairing(): Promise<boolean> {
    const open = await this.database.query<{ tipo: TipoDeDivergencia }>(
      `SELECT DISTINCT tipo FROM divergencias WHERE situacao = 'ABERTA'`,
    );
    return open.some(({ tipo }) => TIPOS_DE_DIVERGENCIA[tipo].reparavel);
  }
}
