import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { PreviaDeCancelamentoHttp } from '@plataforma/contracts';
import { Database, type Usuario } from '@plataforma/platform';
import { ReembolsoMudou } from '../domain/errors.js';
import { cancelavel, type MotivoCancelamento, reembolsoAoCancelar } from '../domain/reserva.js';
import { LocalizarReserva, type Localizada } from './localizar-reserva.js';
import { ReservaRepository } from './ports.js';
import { iso } from './prazos-de-retencao.js';
import { ReservaSagaRunner } from './reserva-saga-runner.js';

/** Cancels a booking for its client, or for an admin. */
export class CancelarReserva extends Command<void> {
  constructor(
    readonly reservaId: string,
    readonly usuario: Usuario,
    readonly justificativa?: string,
    /** The refund that the person was shown, centavos; another one cancels nothing. */
    readonly reembolsoEsperadoCentavos?: number,
  ) {
    super();
  }
}

/** What it would bring to cancel now. */
export class PreverCancelamento extends Query<PreviaDeCancelamentoHttp> {
  constructor(
    readonly reservaId: string,
    readonly usuario: Usuario,
  ) {
    super();
  }
}

const motivoDe = ({ propria }: Localizada): MotivoCancelamento => (propria ? 'CLIENTE' : 'ADMIN');

@QueryHandler(PreverCancelamento)
export class PreverCancelamentoHandler implements IQueryHandler<PreverCancelamento> {
  constructor(
    private readonly database: Database,
    private readonly localizar: LocalizarReserva,
    private readonly reservas: ReservaRepository,
  ) {}

  /** @throws ReservaInexistente also for somebody else's booking, ReservaJaCancelada, ReservaJaIniciada, ReservaEncerrada */
  async execute({ reservaId, usuario }: PreverCancelamento): Promise<PreviaDeCancelamentoHttp> {
    const motivo = motivoDe(await this.localizar.locate(reservaId, usuario, 'reservas.mudar:todos'));
    return this.database.transaction(async () => {
      const { reserva, agora } = await this.reservas.load(reservaId);
      const { retencao, pagoCentavos } = cancelavel(reserva, motivo, agora);
      const reembolso = reembolsoAoCancelar(reserva, motivo, agora);
      return {
        ...reembolso,
        retidoCentavos: pagoCentavos - reembolso.reembolsoCentavos,
        politicaCancelamento: retencao.politicaCancelamento,
        calculadaEm: iso(agora),
      };
    });
  }
}

@CommandHandler(CancelarReserva)
export class CancelarReservaHandler implements ICommandHandler<CancelarReserva> {
  constructor(
    private readonly database: Database,
    private readonly localizar: LocalizarReserva,
    private readonly reservas: ReservaRepository,
    private readonly saga: ReservaSagaRunner,
  ) {}

  /**
   * @throws ReservaInexistente also for somebody else's booking, ReservaJaCancelada, ReservaJaIniciada,
   * ReservaEncerrada, SerieAguardaPagamento, RemarcacaoEmAndamento, ReembolsoMudou
   */
  async execute({ reservaId, usuario, justificativa, reembolsoEsperadoCentavos }: CancelarReserva): Promise<void> {
    const localizada = await this.localizar.locate(reservaId, usuario, 'reservas.mudar:todos');
    const { cobrancaId } = localizada;
    await this.database.transaction(async () => {
      await this.saga.deliver(cobrancaId, {
        type: 'cancelamento-pedido',
        motivo: motivoDe(localizada),
        justificativa,
        reservas: cobrancaId === reservaId ? undefined : [reservaId],
      });
      if (reembolsoEsperadoCentavos !== undefined) await this.conferir(reservaId, reembolsoEsperadoCentavos);
    });
  }

  /** Undoes everything, by throwing, when the refund is not the one that the person agreed to. */
  private async conferir(reservaId: string, esperado: number): Promise<void> {
    const reembolso = await this.reservas.refund(reservaId);
    if (reembolso !== esperado) throw new ReembolsoMudou(reembolso);
  }
}
