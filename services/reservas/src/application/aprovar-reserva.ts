import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AprovacaoHttp } from '@plataforma/contracts';
import { Database, type Usuario } from '@plataforma/platform';
import { AprovacaoNaoPendente } from '../domain/errors.js';
import { LocalizarReserva } from './localizar-reserva.js';
import { ReservaRepository } from './ports.js';
import { ReservaSagaRunner } from './reserva-saga-runner.js';

/** An admin's answer to a request, or to all of its series that wait for one; a refusal says why. */
export class AprovarReserva extends Command<void> {
  constructor(
    readonly reservaId: string,
    readonly usuario: Usuario,
    readonly resposta: AprovacaoHttp,
  ) {
    super();
  }
}

@CommandHandler(AprovarReserva)
export class AprovarReservaHandler implements ICommandHandler<AprovarReserva> {
  constructor(
    private readonly database: Database,
    private readonly localizar: LocalizarReserva,
    private readonly reservas: ReservaRepository,
    private readonly saga: ReservaSagaRunner,
  ) {}

  /** @throws ReservaInexistente, AprovacaoNaoPendente */
  async execute({ reservaId, usuario, resposta }: AprovarReserva): Promise<void> {
    const { cobrancaId } = await this.localizar.locate(reservaId, usuario, 'reservas.aprovar');
    if (resposta.escopo === 'TODAS') return this.daSerie(reservaId, resposta);
    await this.responder(cobrancaId, resposta, cobrancaId === reservaId ? undefined : [reservaId]);
  }

  /** All of them, or none; sagas are locked in the order of their ids. */
  private async daSerie(reservaId: string, resposta: AprovacaoHttp): Promise<void> {
    await this.database.transaction(async () => {
      const pedidos = await this.reservas.awaitingApproval(reservaId);
      if (pedidos.length === 0) throw new AprovacaoNaoPendente();
      for (const cobrancaId of pedidos) await this.responder(cobrancaId, resposta);
    });
  }

  private responder(cobrancaId: string, resposta: AprovacaoHttp, reservas?: readonly string[]): Promise<void> {
    return this.saga.deliver(
      cobrancaId,
      resposta.aprovada
        ? { type: 'aprovacao-dada', reservas }
        : { type: 'aprovacao-negada', justificativa: resposta.justificativa, reservas },
    );
  }
}
