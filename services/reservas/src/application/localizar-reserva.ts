import { Injectable } from '@nestjs/common';
import { type Direito, pode } from '@plataforma/contracts';
import type { Usuario } from '@plataforma/platform';
import { ReservaInexistente } from '../domain/errors.js';
import { ReservaRepository } from './ports.js';

export interface Localizada {
  readonly reservaId: string;
  /** The id of its saga. */
  readonly cobrancaId: string;
  readonly propria: boolean;
}

/** Finds the booking that somebody wants to change. */
@Injectable()
export class LocalizarReserva {
  constructor(private readonly reservas: ReservaRepository) {}

  /** @throws ReservaInexistente also for somebody else's booking, unless the person has `deTodos` */
  async locate(reservaId: string, usuario: Usuario, deTodos: Direito): Promise<Localizada> {
    const reserva = await this.reservas.find(reservaId);
    const propria = reserva?.clienteId === usuario.id;
    if (!reserva || !(propria || pode(usuario, deTodos))) throw new ReservaInexistente();
    return { reservaId, cobrancaId: reserva.cobrancaId, propria };
  }
}
