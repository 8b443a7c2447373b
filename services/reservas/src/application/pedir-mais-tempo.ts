import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Database, type Usuario } from '@plataforma/platform';
import { LocalizarReserva } from './localizar-reserva.js';
import { ReservaSagaRunner } from './reserva-saga-runner.js';

/** Asks for more time to pay: of a series that is paid at once, for all of it. */
export class PedirMaisTempo extends Command<void> {
  constructor(
    readonly reservaId: string,
    readonly usuario: Usuario,
  ) {
    super();
  }
}

@CommandHandler(PedirMaisTempo)
export class PedirMaisTempoHandler implements ICommandHandler<PedirMaisTempo> {
  constructor(
    private readonly database: Database,
    private readonly localizar: LocalizarReserva,
    private readonly saga: ReservaSagaRunner,
  ) {}

  /**
   * @throws ReservaInexistente also for somebody else's booking, ProrrogacaoIndisponivel, ProrrogacaoRepetida,
   * ProrrogacaoCedoDemais
   */
  async execute({ reservaId, usuario }: PedirMaisTempo): Promise<void> {
    const { cobrancaId } = await this.localizar.locate(reservaId, usuario, 'reservas.mudar:todos');
    const [relogio] = await this.database.query<{ agora: Date }>('SELECT now() AS agora');
    if (!relogio) throw new Error('o banco não diz que horas são');
    await this.saga.deliver(cobrancaId, { type: 'mais-tempo-pedido', agora: relogio.agora.getTime() });
  }
}
