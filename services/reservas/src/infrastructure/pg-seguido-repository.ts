import { randomUUIDv7 } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Auditoria, EventStore } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import { type Claim, Notifier, WorkTable } from '@plataforma/trabalho';
import { type FalhaDeBusca, type Seguido, SeguidoRepository } from '../application/ports-seguidos.js';
import { TempoLiberado, TRECHO, type Trecho } from '../application/tempo-liberado.js';
import { SeguidoInexistente, SeguidoPausado, SeguidosDemais } from '../domain/errors.js';
import type { Intervalo } from '../domain/periodo-reserva.js';

const LEASE_MS = 60_000;
const DE_NOVO_MS = 15 * 60_000;
/** An hour's quarter, give or take: those that came together do not go together for ever. */
const deNovoMs = (): number => DE_NOVO_MS * (0.9 + Math.random() / 5);

interface Row {
  readonly id: string;
  readonly espaco_id: string;
  readonly nome: string;
  readonly endereco: string;
  readonly unidades: string[] | null;
  readonly autor_id: string;
}

interface Mudado {
  readonly inicio: Date;
  readonly fim: Date;
}

/** What the calendar says, as rows: `$2`. */
const DITO = `jsonb_to_recordset($2::jsonb) AS dito(id uuid, inicio timestamptz, fim timestamptz)`;

@Injectable()
export class PgSeguidoRepository extends SeguidoRepository {
  override readonly toFetch: WorkTable<Seguido>;

  constructor(
    private readonly database: Database,
    notifier: Notifier,
    private readonly liberado: TempoLiberado,
    private readonly events: EventStore,
    private readonly auditoria: Auditoria,
  ) {
    super();
    this.toFetch = new WorkTable<Seguido>(database, notifier, {
      name: 'busca de calendários',
      channel: 'calendarios_seguidos',
      table: 'calendarios_seguidos',
      key: ['id'],
      due: 'busca_em',
      lease: 'em_trabalho_ate',
      attempts: 'tentativas',
      // That others' servers do not answer is for whoever administers the space, who is told in the panel.
      stuck: 'false',
      toItem: ({ id, espaco_id: espacoId, nome, endereco, unidades, autor_id: autorId }: Row) => ({
        id,
        espacoId,
        nome,
        endereco,
        unidades,
        autorId,
      }),
      leaseMs: LEASE_MS,
      backoff: { firstMs: 60_000, maxMs: 6 * 3_600_000 },
    });
  }

  override async insert({ id, espacoId, nome, endereco, unidades, autorId }: Seguido, maximo: number): Promise<void> {
    await this.database.transaction(async () => {
      // Two at the same time would both see room for one more.
      await this.database.query(`SELECT pg_advisory_xact_lock(hashtextextended('seguidos ' || $1, 0))`, [espacoId]);
      const added = await this.database.change(
        `INSERT INTO calendarios_seguidos (id, espaco_id, nome, endereco, unidades, autor_id)
         SELECT $1::uuid, $2::uuid, $3, $4, $5::uuid[], $6::uuid
          WHERE (SELECT count(*) FROM calendarios_seguidos WHERE espaco_id = $2::uuid) < $7`,
        [id, espacoId, nome, endereco, unidades, autorId, maximo],
      );
      if (added === 0) throw new SeguidosDemais(maximo);
      await this.auditoria.record('espaco.calendario-seguido', {
        autorId,
        alvo: `espaco/${espacoId}`,
        dados: { calendarioId: id, origem: new URL(endereco).host },
      });
      this.toFetch.announce();
    });
  }

  override async setActive(espacoId: string, id: string, ativo: boolean): Promise<void> {
    const found = await this.database.change(
      `UPDATE calendarios_seguidos SET busca_em = CASE WHEN $3 THEN coalesce(busca_em, now()) END, tentativas = 0
        WHERE espaco_id = $1 AND id = $2`,
      [espacoId, id, ativo],
    );
    if (found === 0) throw new SeguidoInexistente();
    if (ativo) this.toFetch.announce();
  }

  override async hasten(espacoId: string, id: string): Promise<void> {
    const [row] = await this.database.query<{ pausado: boolean }>(
      `UPDATE calendarios_seguidos SET busca_em = CASE WHEN busca_em IS NULL THEN NULL ELSE now() END
        WHERE espaco_id = $1 AND id = $2 RETURNING busca_em IS NULL AS pausado`,
      [espacoId, id],
    );
    if (!row) throw new SeguidoInexistente();
    if (row.pausado) throw new SeguidoPausado();
    this.toFetch.announce();
  }

  override async remove(espacoId: string, id: string): Promise<void> {
    await this.database.transaction(async () => {
      const [row] = await this.database.query<{ id: string }>(
        'SELECT id FROM calendarios_seguidos WHERE espaco_id = $1 AND id = $2 FOR UPDATE',
        [espacoId, id],
      );
      if (!row) throw new SeguidoInexistente();
      await this.tell(espacoId, await this.drop(id, []));
      await this.database.change('DELETE FROM calendarios_seguidos WHERE id = $1', [id]);
      await this.auditoria.record('espaco.calendario-largado', {
        alvo: `espaco/${espacoId}`,
        dados: { calendarioId: id },
      });
    });
  }

  override async keep(
    posse: Claim,
    { id, espacoId, nome, autorId }: Seguido,
    unidades: readonly string[],
    tomado: readonly Intervalo[],
  ): Promise<void> {
    await this.toFetch.holding(posse, async () => {
      const [row] = await this.database.query<{ pausado: boolean }>(
        `UPDATE calendarios_seguidos SET buscado_em = now(), lido_em = now(), erro = NULL, status = NULL
          WHERE id = $1 RETURNING busca_em IS NULL AS pausado`,
        [id],
      );
      if (row?.pausado === false) {
        const gone = await this.drop(id, tomado);
        const come = await this.database.query<Mudado>(
          `INSERT INTO bloqueios (id, espaco_id, inicio, fim, motivo, autor_id, calendario_id)
           SELECT dito.id, $3, dito.inicio, dito.fim, $4, $5, $1 FROM ${DITO}
            WHERE dito.fim > now()
              AND NOT EXISTS (SELECT FROM bloqueios b
                               WHERE b.calendario_id = $1 AND b.inicio = dito.inicio AND b.fim = dito.fim)
           RETURNING inicio, fim`,
          [id, ditos(tomado), espacoId, nome, autorId],
        );
        const taken = await this.take(id, unidades);
        await this.tell(espacoId, [...gone, ...come, ...taken]);
      }
      await this.toFetch.finish(posse, deNovoMs());
    });
  }

  override async fail(posse: Claim, id: string, { erro, status }: FalhaDeBusca): Promise<void> {
    await this.toFetch.holding(posse, async () => {
      await this.database.change(
        'UPDATE calendarios_seguidos SET buscado_em = now(), erro = $2, status = $3 WHERE id = $1',
        [id, erro, status ?? null],
      );
      await this.toFetch.postpone(posse);
    });
  }

  /** What the calendar says no more, and is not over, is free. */
  private async drop(id: string, tomado: readonly Intervalo[]): Promise<Mudado[]> {
    const out = `b.calendario_id = $1 AND b.fim > now()
       AND NOT EXISTS (SELECT FROM ${DITO} WHERE dito.inicio = b.inicio AND dito.fim = b.fim)`;
    const parameters = [id, ditos(tomado)];
    this.liberado.tell(
      await this.database.query<Trecho>(
        `DELETE FROM ocupacoes WHERE bloqueio_id IN (SELECT b.id FROM bloqueios b WHERE ${out}) RETURNING ${TRECHO}`,
        parameters,
      ),
    );
    return this.database.query<Mudado>(`DELETE FROM bloqueios b WHERE ${out} RETURNING b.inicio, b.fim`, parameters);
  }

  /** All that its blackouts have not got yet and nobody else has; taken as bookings take: by unit, giving way. */
  private take(id: string, unidades: readonly string[]): Promise<Mudado[]> {
    return this.database.query<Mudado>(
      `WITH tomadas AS (
         INSERT INTO ocupacoes (unidade_id, periodo, origem, bloqueio_id)
         SELECT u, livre, 'BLOQUEIO', b.id
           FROM bloqueios b CROSS JOIN unnest($2::uuid[]) AS u
          CROSS JOIN LATERAL unnest(tstzmultirange(tstzrange(b.inicio, b.fim))
            - coalesce((SELECT range_agg(o.periodo) FROM ocupacoes o
                         WHERE o.unidade_id = u AND o.periodo && tstzrange(b.inicio, b.fim)), '{}')) AS livre
          WHERE b.calendario_id = $1 AND b.fim > now()
          ORDER BY u, livre
         ON CONFLICT DO NOTHING RETURNING periodo)
       SELECT lower(periodo) AS inicio, upper(periodo) AS fim FROM tomadas`,
      [id, unidades],
    );
  }

  private async tell(espacoId: string, mudados: readonly Mudado[]): Promise<void> {
    if (mudados.length === 0) return;
    const inicio = new Date(Math.min(...mudados.map((mudado) => mudado.inicio.getTime())));
    const fim = new Date(Math.max(...mudados.map((mudado) => mudado.fim.getTime())));
    await this.events.append(`bloqueio/${randomUUIDv7()}`, [
      {
        type: 'espaco.bloqueio-alterado.v1',
        data: { espacoId, inicio: inicio.toISOString(), fim: fim.toISOString() },
      },
    ]);
  }
}

const ditos = (tomado: readonly Intervalo[]): string =>
  JSON.stringify(
    tomado.map(({ inicio, fim }) => ({
      id: randomUUIDv7(),
      inicio: new Date(inicio).toISOString(),
      fim: new Date(fim).toISOString(),
    })),
  );
