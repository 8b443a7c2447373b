import { Injectable } from '@nestjs/common';
import { EventStore, type RecordedEvent } from '@plataforma/messaging';
import { currentContext, Database, metrics } from '@plataforma/platform';
import { Copias } from '../application/copias.js';
import { ReservaRepository, type ReservaCarregada } from '../application/ports.js';
import { TempoLiberado, TRECHO, type Trecho } from '../application/tempo-liberado.js';
import { ReservaInexistente } from '../domain/errors.js';
import { type EventoDaReserva, evoluir, INEXISTENTE, ocupacoesDevidas, type Reserva } from '../domain/reserva.js';
import { insertRow, rowOf, upsertRow } from './projecao.js';

const stream = (id: string): string => `reserva/${id}`;

/** What a booking's events make of it. */
export const fold = (eventos: readonly Pick<RecordedEvent, 'tipo' | 'dados'>[]): Reserva =>
  eventos.map(({ tipo, dados }) => ({ type: tipo, data: dados }) as EventoDaReserva).reduce(evoluir, INEXISTENTE);

@Injectable()
export class PgReservaRepository extends ReservaRepository {
  constructor(
    private readonly database: Database,
    private readonly events: EventStore,
    private readonly liberado: TempoLiberado,
    private readonly copias: Copias,
  ) {
    super();
  }

  override async load(id: string): Promise<ReservaCarregada> {
    // In a transaction the second is carried out after the first has its lock, and sees what was written until then.
    const [[row], { eventos, reserva }] = await Promise.all([
      this.database.query<{ agora: Date }>('SELECT clock_timestamp() AS agora FROM reservas WHERE id = $1 FOR UPDATE', [
        id,
      ]),
      this.history(id),
    ]);
    if (!row) throw new ReservaInexistente();
    return {
      id,
      reserva,
      versao: eventos.at(-1)?.versao ?? 0,
      agora: row.agora.getTime(),
    };
  }

  override async find(id: string) {
    const [row] = await this.database.query<{
      clienteId: string;
      feitaPorId: string | null;
      espacoId: string;
      cobrancaId: string;
    }>(
      `SELECT r.cliente_id AS "clienteId", d.feita_por AS "feitaPorId", r.espaco_id AS "espacoId", r.cobranca_id AS "cobrancaId"
         FROM reservas r LEFT JOIN reserva_ditos d ON d.reserva_id = r.id WHERE r.id = $1`,
      [id],
    );
    return row;
  }

  override async describe(
    id: string,
    { titulo, nota, pessoas, feitaPorId }: Parameters<ReservaRepository['describe']>[1],
  ) {
    const said = [titulo, nota, pessoas, feitaPorId];
    if (said.every((part) => part === undefined)) return;
    await this.database.write(
      'INSERT INTO reserva_ditos (reserva_id, titulo, nota, pessoas, feita_por) VALUES ($1, $2, $3, $4, $5)',
      [id, ...said.map((part) => part ?? null)],
    );
  }

  override async findByCode(codigo: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ id: string }>(
      `SELECT id FROM reservas WHERE status = 'CONFIRMADA' AND checkin IS NOT NULL AND checkin ->> 'codigo' = $1`,
      [codigo],
    );
    return row?.id;
  }

  override async awaitingApproval(id: string): Promise<string[]> {
    const rows = await this.database.query<{ cobranca_id: string }>(
      `SELECT DISTINCT outra.cobranca_id FROM reservas esta
         JOIN reservas outra ON outra.id = esta.id OR outra.serie_id = esta.serie_id
        WHERE esta.id = $1 AND outra.status = 'PENDENTE_APROVACAO' ORDER BY 1`,
      [id],
    );
    return rows.map(({ cobranca_id }) => cobranca_id);
  }

  override async refund(id: string): Promise<number> {
    const [row] = await this.database.query<{ reembolso: string }>(
      'SELECT reembolso_centavos AS reembolso FROM reservas WHERE id = $1',
      [id],
    );
    if (!row) throw new ReservaInexistente();
    return Number(row.reembolso);
  }

  override async history(id: string, until?: Date): Promise<{ eventos: RecordedEvent[]; reserva: Reserva }> {
    const eventos = await this.events.read(stream(id), until);
    return { eventos, reserva: fold(eventos) };
  }

  override async loadCharged(cobrancaId: string): Promise<ReservaCarregada[]> {
    // The clock of the last, once all are locked; only then are they read.
    const rows = await this.database.query<{ id: string; agora: Date }>(
      `SELECT id, clock_timestamp() AS agora
         FROM (SELECT id FROM reservas WHERE cobranca_id = $1 ORDER BY id FOR UPDATE) AS locked`,
      [cobrancaId],
    );
    const eventos = await this.events.readAll(rows.map(({ id }) => stream(id)));
    const agora = rows.at(-1)?.agora.getTime() ?? 0;
    return rows.map(({ id }) => {
      const seus = eventos.get(stream(id)) ?? [];
      return { id, reserva: fold(seus), versao: seus.at(-1)?.versao ?? 0, agora };
    });
  }

  override async save(carregada: ReservaCarregada, eventos: readonly EventoDaReserva[]): Promise<ReservaCarregada> {
    if (eventos.length === 0) return carregada;
    const { id } = carregada;
    const reserva = eventos.reduce(evoluir, carregada.reserva);
    const versao = carregada.versao + eventos.length;
    await this.database.transaction(async () => {
      await this.events.append(stream(id), eventos, carregada.versao);
      const project = carregada.versao === 0 ? insertRow : upsertRow;
      if (reserva.status !== 'INEXISTENTE') await project(this.database, rowOf(reserva, versao));
      if (carregada.versao > 0) this.database.afterCommit(() => this.copias.now(this.copias.evictBooking(id)));
      if (carregada.versao > 0 && reserva.status !== carregada.reserva.status)
        this.database.afterCommit(() => countOutcome(reserva.status));
      if (carregada.versao > 0 && reserva.status !== 'INEXISTENTE')
        this.liberado.bookingChanged(reserva.dados.clienteId);
      if (ocupacoesDevidas(reserva).length === 0)
        this.liberado.tell(
          await this.database.query<Trecho>(`DELETE FROM ocupacoes WHERE reserva_id = $1 RETURNING ${TRECHO}`, [id]),
        );
    });
    return { ...carregada, reserva, versao };
  }
}

/** Counts the state that a booking reached; of a paid one also how long that took since its payment. */
function countOutcome(status: string): void {
  metrics.reservasDesfechos.inc({ status });
  const pagoEm = currentContext()?.occurredAt;
  if (status === 'CONFIRMADA' && pagoEm !== undefined)
    metrics.reservasConfirmacao.observe({}, Math.max(0, Date.now() - Date.parse(pagoEm)) / 1000);
}
