import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { HistoricoHttp } from '@plataforma/contracts';
import type { Usuario } from '@plataforma/platform';
import { ReservaInexistente } from '../domain/errors.js';
import { LocalizarReserva } from './localizar-reserva.js';
import { ReservaRepository } from './ports.js';

/** The whole story of a booking, and what it was at any moment of it. */
export class ConsultarHistorico extends Query<HistoricoHttp> {
  constructor(
    readonly reservaId: string,
    readonly usuario: Usuario,
    readonly em?: Date,
  ) {
    super();
  }
}

@QueryHandler(ConsultarHistorico)
export class ConsultarHistoricoHandler implements IQueryHandler<ConsultarHistorico> {
  constructor(
    private readonly localizar: LocalizarReserva,
    private readonly reservas: ReservaRepository,
  ) {}

  /**
   * Up to and including `em` when given.
   * @throws ReservaInexistente also for somebody else's booking, and for a moment before it was made
   */
  async execute({ reservaId, usuario, em }: ConsultarHistorico): Promise<HistoricoHttp> {
    await this.localizar.locate(reservaId, usuario, 'reservas.ver:todos');
    const { eventos, reserva } = await this.reservas.history(reservaId, em);
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
