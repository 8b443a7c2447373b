import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database, Logger, Worker } from '@plataforma/platform';
import { TIPOS_DE_DIVERGENCIA, type TipoDeDivergencia } from '../domain/divergencia.js';
import { IntervaloDeReconciliacao } from './ports.js';
import { type Conferidos, Reconciliar } from './reconciliar.js';
import { RegistroDeDivergencias } from './registro-de-divergencias.js';

const DAY_MS = 86_400_000;
const FLOOR_MS = 500;
/** Object by object, even when nobody asks. */
const FULL_EVERY = `interval '1 hour'`;
const LEASE_S = 120;
/** What was found repairable is looked at again until it is repaired, so often at most. */
const ROUNDS = 5;
const BETWEEN_ROUNDS_MS = 1_000;

/** Several instances share the work: whoever comes when it is due does it. A lost event is seen twice, so in half-time. */
@Injectable()
export class ReconciliacaoContinua extends Worker {
  constructor(
    private readonly database: Database,
    private readonly reconciliar: Reconciliar,
    private readonly divergencias: RegistroDeDivergencias,
    private readonly intervalo: IntervaloDeReconciliacao,
    logger: Logger,
  ) {
    super({ name: 'reconciliação', floorMs: FLOOR_MS, drain: () => this.runIfDue() }, logger);
  }

  private async runIfDue(): Promise<number> {
    const [turn] = await this.database.query<{ eventos_ate: Date }>(
      `UPDATE reconciliacao_continua SET proxima_em = now() + make_interval(secs => $1) WHERE proxima_em <= now() RETURNING eventos_ate`,
      [this.intervalo.segundos / 2],
    );
    if (!turn) return 0;
    // What needs no provider first: it may be away.
    await this.reconciliar.local(new Date(Date.now() - DAY_MS));
    await this.divergencias.measure();
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

/** Carries out the comparisons that were asked for: everything since a date, object by object. */
@Injectable()
export class AtenderReconciliacoes extends Worker {
  constructor(
    private readonly database: Database,
    private readonly reconciliar: Reconciliar,
    private readonly divergencias: RegistroDeDivergencias,
    logger: Logger,
  ) {
    super({ name: 'reconciliações pedidas', floorMs: FLOOR_MS, drain: () => this.drain() }, logger);
  }

  private async drain(): Promise<number> {
    const [asked] = await this.database.query<{ id: string; desde: Date; pedida_em: Date }>(
      `UPDATE reconciliacoes SET em_trabalho_ate = now() + make_interval(secs => $1)
        WHERE id = (SELECT id FROM reconciliacoes
                     WHERE concluida_em IS NULL AND (em_trabalho_ate IS NULL OR em_trabalho_ate < now())
                     ORDER BY pedida_em LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING id, desde, pedida_em`,
      [LEASE_S],
    );
    if (!asked) return 0;
    const conferidos = await this.untilRepaired(asked.desde);
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

  private async untilRepaired(desde: Date): Promise<Conferidos> {
    for (let round = 1; ; round++) {
      // Twice: what is missing for the second time, a moment later, is fetched.
      await this.reconciliar.events(desde);
      await delay(BETWEEN_ROUNDS_MS);
      await this.reconciliar.events(desde);
      await this.reconciliar.parked();
      const noProvedor = await this.reconciliar.provider(desde);
      const local = await this.reconciliar.local(desde);
      if (round >= ROUNDS || !(await this.isRepairing())) {
        await this.divergencias.measure();
        return { ...noProvedor, ...local };
      }
      await delay(BETWEEN_ROUNDS_MS);
    }
  }

  private async isRepairing(): Promise<boolean> {
    const open = await this.database.query<{ tipo: TipoDeDivergencia }>(
      `SELECT DISTINCT tipo FROM divergencias WHERE situacao = 'ABERTA'`,
    );
    return open.some(({ tipo }) => TIPOS_DE_DIVERGENCIA[tipo].reparavel);
  }
}
