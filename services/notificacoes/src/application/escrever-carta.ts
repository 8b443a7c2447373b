import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CartaDeConta } from '../domain/carta-de-conta.js';
import { CartaDeContaRepository } from './ports.js';

/** Somebody is to be told something about their account: recorded in the caller's transaction, and sent by its worker. */
export class EscreverCarta extends Command<void> {
  constructor(readonly carta: CartaDeConta) {
    super();
  }
}

@CommandHandler(EscreverCarta)
export class EscreverCartaHandler implements ICommandHandler<EscreverCarta> {
  constructor(private readonly cartas: CartaDeContaRepository) {}

  execute({ carta }: EscreverCarta): Promise<void> {
    return this.cartas.insert(carta);
  }
}
