import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Database, Logger, metrics } from '@plataforma/platform';
import { type Claim, LeasedWork, Notifier, WorkTable } from '@plataforma/trabalho';
import { AvisarSaga } from './avisar-saga.js';

const CONCURRENCY = 4;
const LEASE_MS = 30_000;
const ITEM_MS = 30_000;

interface Fim {
  readonly reserva_id: string;
  readonly cobranca_id: string;
}

/**
 * Ends bookings whose time is over, and frees the space of those who did not come. The booking itself says when, and
 * takes its row away once it has ended: the saga's lock, not the claim, is what keeps it from ending twice.
 */
@Injectable()
export class EncerrarPresencas extends LeasedWork<Fim> {
  constructor(
    database: Database,
    private readonly commands: CommandBus,
    notifier: Notifier,
    logger: Logger,
  ) {
    const table = new WorkTable<Fim>(database, notifier, {
      name: 'fim das reservas',
      channel: 'fins_de_reserva',
      table: 'fins_de_reserva',
      key: ['reserva_id'],
      due: 'vence_em',
      keepsDue: true,
      lease: 'em_trabalho_ate',
      attempts: 'tentativas',
      stuck: 'tentativas >= 10',
      toItem: (row: Fim) => row,
      leaseMs: LEASE_MS,
      backoff: { firstMs: 1_000, maxMs: 60_000 },
    });
    super(
      {
        table,
        concurrency: CONCURRENCY,
        itemMs: ITEM_MS,
        subjects: ({ cobranca_id, reserva_id }) => [`reserva:${cobranca_id}`, `reserva:${reserva_id}`],
      },
      logger,
    );
  }

  /** One that cannot be ended yet (a charge of it is being settled) keeps nobody else from ending. */
  protected override async process({ reserva_id: reservaId, cobranca_id }: Fim, posse: Claim): Promise<void> {
    await this.commands.execute(new AvisarSaga(cobranca_id, { type: 'presenca-vencida', reservaId }));
    await this.putBehind(posse, 'cobranca-em-andamento');
  }

  protected override failed(_fim: Fim, posse: Claim): Promise<void> {
    return this.putBehind(posse, 'falha-interna');
  }

  private async putBehind(posse: Claim, motivo: string): Promise<void> {
    if (await this.table.postpone(posse)) metrics.adiados.inc({ trabalho: this.name, motivo });
  }
}
