import type { CommandBus } from '@nestjs/cqrs';
import { type Logger, Worker } from '@plataforma/platform';
import { AtenderPedidosDeCarta } from '../application/verificar-email.js';

const PISO_MS = 1_000;

/** Writes the letters that were asked for, a moment after whoever asked was answered. */
export class PedidosDeCarta extends Worker {
  constructor(commands: CommandBus, logger: Logger) {
    const drain = () => commands.execute(new AtenderPedidosDeCarta());
    super({ name: 'pedidos de carta', floorMs: PISO_MS, drain }, logger);
  }
}
