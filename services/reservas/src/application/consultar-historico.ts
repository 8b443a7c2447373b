import { Injectable } from '@nestjs/common';
import type { HistoricoHttp } from '@plataforma/contracts';
import { EventStore } from '@plataforma/messaging';
import type { Usuario } from '@plataforma/platform';
import { ReservaInexistente } from '../domain/errors.js';
import { type EventoDaReserva, evoluir, INEXISTENTE } from '../domain/reserva.js';
import { LocalizarReserva } from './localizar-reserva.js';

/** The whole story of a booking, and what it was at any moment of it. */
@Injectable()
export class ConsultarHistorico {
  constructor(
    private readonly localizar: LocalizarReserva,
    private readonly events: EventStore,
  ) {}

  /**
   * Up to and including `em` when given.
   * @throws ReservaInexistente also for somebody else's booking, and for a moment before it was made
   */
  async read(reservaId: string, usuario: Usuario, em?: Date): Promise<HistoricoHttp> {
    await this.localizar.locate(reservaId, usuario, 'ADMIN', 'OPERADOR');
    const eventos = await this.events.read(`reserva/${reservaId}`, em);
    const reserva = eventos
      .map(({ tipo, dados }) => ({ type: tipo, data: dados }) as EventoDaReserva)
      .reduce(evoluir, INEXISTENTE);
    if (reserva.status === 'INEXISTENTE') throw new ReservaInexistente();
    const { inicio, fim, valorCentavos } = reserva.dados;
    return {
      reservaId,
      eventos: eventos.map(({ versao, tipo, ocorridoEm, dados }) => ({
        versao,
        tipo,
        ocorridoEm: ocorridoEm.toISOString(),
        dados: { ...dados },
      })),
      estado: { status: reserva.status, inicio, fim, valorCentavos, pagoCentavos: reserva.pagoCentavos },
    };
  }
}
