import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { EntradaDaSaga } from '../domain/saga-reserva.js';
import { ReservaSagaRunner } from './reserva-saga-runner.js';

/** Something happened to what is charged under an id: its saga decides what follows. */
export class AvisarSaga extends Command<void> {
  constructor(
    readonly cobrancaId: string,
    readonly entrada: EntradaDaSaga,
  ) {
    super();
  }
}

@CommandHandler(AvisarSaga)
export class AvisarSagaHandler implements ICommandHandler<AvisarSaga> {
  constructor(private readonly saga: ReservaSagaRunner) {}

  /** @throws UnprocessableMessageError for a saga that does not exist, and what its decisions throw */
  execute({ cobrancaId, entrada }: AvisarSaga): Promise<void> {
    return this.saga.deliver(cobrancaId, entrada);
  }
}
