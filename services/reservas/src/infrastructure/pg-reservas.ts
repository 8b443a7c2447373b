import { Injectable } from '@nestjs/common';
import { EventStore, type RecordedEvent } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import { ReservaRepository, type ReservaCarregada } from '../application/ports.js';
import { TempoLiberado, TRECHO, type Trecho } from '../application/tempo-liberado.js';
import { ReservaInexistente } from '../domain/errors.js';
import { type EventoDaReserva, evoluir, INEXISTENTE, ocupacoesDevidas, type Reserva } from '../domain/reserva.js';
import { assignments, linhaDaReserva } from './projecao.js';

export const stream = (id: string) => `reserva/${id}`;
export const toEvento = ({ tipo, dados }: Pick<RecordedEvent, 'tipo' | 'dados'>) =>
  ({ type: tipo, data: dados }) as EventoDaReserva;

@Injectable()
export class PgReservaRepository extends ReservaRepository {
  constructor(
    private readonly database: Database,
    private readonly events: EventStore,
    private readonly liberado: TempoLiberado,
  ) {
    super();
  }

  override async load(id: string): Promise<ReservaCarregada> {
    const [row] = await this.database.query<{ agora: Date }>(
      'SELECT clock_timestamp() AS agora FROM reservas WHERE id = $1 FOR UPDATE',
      [id],
    );
    if (!row) throw new ReservaInexistente();
    const eventos = await this.events.read(stream(id));
    return {
      id,
      reserva: eventos.map(toEvento).reduce(evoluir, INEXISTENTE),
      versao: eventos.at(-1)?.versao ?? 0,
      agora: row.agora.getTime(),
    };
  }

  override async loadCharged(cobrancaId: string): Promise<ReservaCarregada[]> {
    const rows = await this.database.query<{ id: string }>(
      'SELECT id FROM reservas WHERE cobranca_id = $1 ORDER BY id',
      [cobrancaId],
    );
    const loaded: ReservaCarregada[] = [];
    for (const { id } of rows) loaded.push(await this.load(id));
    return loaded;
  }

  override async save(carregada: ReservaCarregada, eventos: readonly EventoDaReserva[]): Promise<ReservaCarregada> {
    if (eventos.length === 0) return carregada;
    const { id } = carregada;
    const reserva = eventos.reduce(evoluir, carregada.reserva);
    const versao = carregada.versao + eventos.length;
    await this.database.transaction(async () => {
      await this.events.append(stream(id), eventos, carregada.versao);
      await this.project(id, reserva, versao);
      if (ocupacoesDevidas(reserva).length === 0)
        this.liberado.tell(
          await this.database.query<Trecho>(`DELETE FROM ocupacoes WHERE reserva_id = $1 RETURNING ${TRECHO}`, [id]),
        );
    });
    return { ...carregada, reserva, versao };
  }

  /** Writes the row that queries read. */
  private async project(id: string, reserva: Reserva, versao: number): Promise<void> {
    if (reserva.status === 'INEXISTENTE') return;
    const linha = linhaDaReserva(reserva, versao);
    await this.database.change(
      `INSERT INTO reservas
       SELECT r.* FROM jsonb_populate_record(NULL::reservas, $1::jsonb || jsonb_build_object('criada_em',
              (SELECT ocorrido_em FROM eventos WHERE fluxo = $2 AND versao = 1))) AS r
       ON CONFLICT (id) DO UPDATE SET ${assignments(Object.keys(linha))}`,
      [JSON.stringify(linha), stream(id)],
    );
  }
}
