import { Injectable } from '@nestjs/common';
import { EventStore, type RecordedEvent } from '@plataforma/messaging';
import { Database } from '@plataforma/platform';
import { ReservaRepository, type ReservaCarregada } from '../application/ports.js';
import { ReservaInexistente } from '../domain/errors.js';
import { type EventoDaReserva, evoluir, INEXISTENTE, type Reserva } from '../domain/reserva.js';

const stream = (id: string) => `reserva/${id}`;
const toEvento = ({ tipo, dados }: RecordedEvent) => ({ type: tipo, data: dados }) as EventoDaReserva;

@Injectable()
export class PgReservaRepository extends ReservaRepository {
  constructor(
    private readonly database: Database,
    private readonly events: EventStore,
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
      reserva: eventos.map(toEvento).reduce(evoluir, INEXISTENTE),
      versao: eventos.at(-1)?.versao ?? 0,
      agora: row.agora.getTime(),
    };
  }

  override async save(id: string, versao: number, antes: Reserva, eventos: readonly EventoDaReserva[]): Promise<void> {
    await this.database.transaction(async () => {
      await this.events.append(stream(id), eventos, versao);
      const depois = eventos.reduce(evoluir, antes);
      await this.project(depois, versao + eventos.length, eventos);
      if (depois.status === 'CANCELADA')
        await this.database.change('DELETE FROM ocupacoes WHERE reserva_id = $1', [id]);
    });
  }

  /** Writes the row that queries read. */
  private async project(reserva: Reserva, versao: number, eventos: readonly EventoDaReserva[]): Promise<void> {
    if (reserva.status === 'INEXISTENTE') return;
    const { dados, retencao } = reserva;
    const cancelamento = eventos.findLast((evento) => evento.type === 'reserva.cancelada.v1');
    await this.database.change(
      `INSERT INTO reservas (id, cliente_id, espaco_id, status, motivo, inicio, fim, fuso, valor_centavos,
                             reembolso_centavos, moeda, expira_em, pagamento_id, versao, criada_em)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, now())
       ON CONFLICT (id) DO UPDATE SET status = excluded.status, motivo = excluded.motivo,
         reembolso_centavos = excluded.reembolso_centavos, versao = excluded.versao,
         pagamento_id = coalesce(excluded.pagamento_id, reservas.pagamento_id)`,
      [
        dados.reservaId,
        dados.clienteId,
        dados.espacoId,
        reserva.status,
        reserva.status === 'CANCELADA' ? reserva.motivo : null,
        dados.inicio,
        dados.fim,
        dados.fuso,
        dados.valorCentavos,
        cancelamento?.data.reembolsoCentavos ?? 0,
        dados.moeda,
        retencao.expiraEm,
        reserva.status === 'CONFIRMADA' ? reserva.pagamentoId : null,
        versao,
      ],
    );
  }
}
