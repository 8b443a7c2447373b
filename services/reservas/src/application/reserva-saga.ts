import { Injectable } from '@nestjs/common';
import { EventStore, SagaRunner } from '@plataforma/messaging';
import { Database, Logger } from '@plataforma/platform';
import { CupomEsgotado, EspacoIndisponivel, LimiteDoCupomPorPessoa } from '../domain/errors.js';
import { cancelar, confirmar, podeRetomar, retomar } from '../domain/reserva.js';
import { type ComandoLocal, decidir, type EntradaDaSaga, type SagaReserva } from '../domain/saga-reserva.js';
import { OcupacaoRepository, ReservaRepository } from './ports.js';
import { CupomRepository } from './ports-precos.js';

/** Runs the saga of bookings: binds its pure decisions to the bookings they change. */
@Injectable()
export class ReservaSaga extends SagaRunner<SagaReserva, EntradaDaSaga, ComandoLocal> {
  constructor(
    private readonly db: Database,
    events: EventStore,
    logger: Logger,
    private readonly reservas: ReservaRepository,
    private readonly ocupacoes: OcupacaoRepository,
    private readonly cupons: CupomRepository,
  ) {
    super(
      {
        name: 'reserva',
        decide: decidir,
        deadline: { type: 'prazo-vencido' },
        execute: (reservaId, comando) => this.executar(reservaId, comando),
      },
      db,
      events,
      logger,
    );
  }

  private async executar(reservaId: string, comando: ComandoLocal): Promise<EntradaDaSaga | undefined> {
    const { reserva, versao, agora } = await this.reservas.load(reservaId);
    switch (comando.type) {
      case 'ConfirmarReserva':
        await this.reservas.save(reservaId, versao, reserva, confirmar(reserva, comando.pagamentoId));
        return undefined;
      case 'CancelarReserva': {
        const eventos = cancelar(reserva, comando.motivo, agora);
        await this.reservas.save(reservaId, versao, reserva, eventos);
        if (reserva.status !== 'CONFIRMADA') await this.cupons.giveBack(reservaId);
        const [evento] = eventos;
        const reembolsoCentavos = evento?.type === 'reserva.cancelada.v1' ? evento.data.reembolsoCentavos : 0;
        return { type: 'reserva-cancelada', reembolsoCentavos };
      }
      case 'RetomarReserva': {
        const { pagamentoId, valorCentavos } = comando;
        const conseguiu = podeRetomar(reserva) && (await this.reocupar(reservaId, reserva, agora));
        if (conseguiu) await this.reservas.save(reservaId, versao, reserva, retomar(reserva, pagamentoId));
        return { type: 'retomada', pagamentoId, valorCentavos, conseguiu };
      }
    }
  }

  /**
   * Takes the very units of the booking again, and the use of its coupon that had been given back, unless others have
   * taken them or its time has begun.
   */
  private async reocupar(
    reservaId: string,
    { dados, retencao }: Extract<Parameters<typeof podeRetomar>[0], { status: 'CANCELADA' }>,
    agora: number,
  ): Promise<boolean> {
    if (Date.parse(dados.inicio) <= agora) return false;
    const ocupacao = { inicio: Date.parse(retencao.ocupacao.inicio), fim: Date.parse(retencao.ocupacao.fim) };
    try {
      await this.db.savepoint(async () => {
        await this.ocupacoes.occupy({ unidades: retencao.unidades, ocupa: 'TODAS' }, ocupacao, reservaId);
        await this.cupons.redeemAgain(reservaId);
      });
      return true;
    } catch (error) {
      const recusas = [EspacoIndisponivel, CupomEsgotado, LimiteDoCupomPorPessoa];
      if (recusas.some((recusa) => error instanceof recusa)) return false;
      throw error;
    }
  }
}
