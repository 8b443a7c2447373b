import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Copias } from './copias.js';

/** A space changed: its copies, and the pages that it may be on, are dropped. */
export class DescartarCopiasDoEspaco extends Command<void> {
  constructor(readonly espacoId: string) {
    super();
  }
}

@CommandHandler(DescartarCopiasDoEspaco)
export class DescartarCopiasDoEspacoHandler implements ICommandHandler<DescartarCopiasDoEspaco> {
  constructor(private readonly copias: Copias) {}

  /** @throws when Redis did not do it */
  execute({ espacoId }: DescartarCopiasDoEspaco): Promise<void> {
    return this.copias.evictSpace(espacoId);
  }
}

/** A booking changed: its copy is dropped. */
export class DescartarCopiaDaReserva extends Command<void> {
  constructor(readonly reservaId: string) {
    super();
  }
}

@CommandHandler(DescartarCopiaDaReserva)
export class DescartarCopiaDaReservaHandler implements ICommandHandler<DescartarCopiaDaReserva> {
  constructor(private readonly copias: Copias) {}

  /** @throws when Redis did not do it */
  execute({ reservaId }: DescartarCopiaDaReserva): Promise<void> {
    return this.copias.evictBooking(reservaId);
  }
}
