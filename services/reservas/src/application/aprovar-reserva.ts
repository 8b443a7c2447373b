import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Usuario } from '@plataforma/platform';
import { LocalizarReserva } from './localizar-reserva.js';
import { ReservaSaga } from './reserva-saga.js';

/** An admin's answer to a request; a refusal says why. Of a series that is paid at once it answers for all. */
export class AprovarReserva {
  constructor(
    readonly reservaId: string,
    readonly usuario: Usuario,
    readonly resposta: { readonly aprovada: true } | { readonly aprovada: false; readonly justificativa: string },
  ) {}
}

@CommandHandler(AprovarReserva)
export class AprovarReservaHandler implements ICommandHandler<AprovarReserva, void> {
  constructor(
    private readonly localizar: LocalizarReserva,
    private readonly saga: ReservaSaga,
  ) {}

  /** @throws ReservaInexistente, AprovacaoNaoPendente */
  async execute({ reservaId, usuario, resposta }: AprovarReserva): Promise<void> {
    const { cobrancaId } = await this.localizar.locate(reservaId, usuario, 'ADMIN');
    await this.saga.deliver(
      cobrancaId,
      resposta.aprovada
        ? { type: 'aprovacao-dada' }
        : { type: 'aprovacao-negada', justificativa: resposta.justificativa },
    );
  }
}
