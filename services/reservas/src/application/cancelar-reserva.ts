import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Database, type Usuario } from '@plataforma/platform';
import { ReservaInexistente } from '../domain/errors.js';
import { ReservaSaga } from './reserva-saga.js';

/** Cancels a booking for its client, or for an admin. */
export class CancelarReserva {
  constructor(
    readonly reservaId: string,
    readonly usuario: Usuario,
  ) {}
}

@CommandHandler(CancelarReserva)
export class CancelarReservaHandler implements ICommandHandler<CancelarReserva, void> {
  constructor(
    private readonly database: Database,
    private readonly saga: ReservaSaga,
  ) {}

  /** @throws ReservaInexistente also for somebody else's booking, ReservaJaCancelada, ReservaJaIniciada */
  async execute({ reservaId, usuario }: CancelarReserva): Promise<void> {
    const [dono] = await this.database.query<{ cliente_id: string }>('SELECT cliente_id FROM reservas WHERE id = $1', [
      reservaId,
    ]);
    const propria = dono?.cliente_id === usuario.id;
    if (!dono || !(propria || usuario.papeis.includes('ADMIN'))) throw new ReservaInexistente();
    await this.saga.deliver(reservaId, { type: 'cancelamento-pedido', motivo: propria ? 'CLIENTE' : 'ADMIN' });
  }
}
