import type { CommandBus } from '@nestjs/cqrs';
import { type Logger, Worker } from '@plataforma/platform';
import type { Notifier } from '@plataforma/trabalho';
import { AtenderPedidosDeCarta } from '../application/verificar-email.js';
import { PEDIDOS_DE_CARTA } from './pg-token-de-conta-repository.js';

/** A notice may be lost: the letter then comes this much later. */
const PISO_MS = 10_000;

/** Writes the letters that were asked for, a moment after whoever asked was answered. */
export class PedidosDeCarta extends Worker {
  constructor(commands: CommandBus, notifier: Notifier, logger: Logger) {
    const drain = () => commands.execute(new AtenderPedidosDeCarta());
    super({ name: 'pedidos de carta', floorMs: PISO_MS, drain }, logger);
    notifier.on(PEDIDOS_DE_CARTA, () => this.wake());
  }
}
