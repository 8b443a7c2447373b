import { randomUUIDv7 } from 'node:crypto';
import { Controller } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { CloudEvent } from '@plataforma/contracts';
import { UnprocessableMessageError } from '@plataforma/messaging';
import { CancelarCobranca, CriarCobranca, CriarEstorno } from '../application/pedidos-de-reservas.js';
import { CobrancaDivergente, ErroDePagamento, ValorAbaixoDoMinimo, ValorAcimaDoMaximo } from '../domain/errors.js';

/** What reservas asks for, in the inbox's transaction. */
@Controller()
export class ComandosConsumer {
  constructor(private readonly commands: CommandBus) {}

  @EventPattern('cobranca.criar.v1')
  async criarCobranca(@Payload() { data }: CloudEvent<'cobranca.criar.v1'>): Promise<void> {
    const { parcela = 1, finalidade = 'INTEGRAL' } = data;
    try {
      await this.commands.execute(new CriarCobranca({ id: randomUUIDv7(), ...data, parcela, finalidade }));
    } catch (error) {
      // However often it is tried: somebody has to look at it.
      const recusas = [CobrancaDivergente, ValorAbaixoDoMinimo, ValorAcimaDoMaximo];
      if (error instanceof ErroDePagamento && recusas.some((recusa) => error instanceof recusa))
        throw new UnprocessableMessageError(`${error.code}: ${error.message}`, { cause: error });
      throw error;
    }
  }

  @EventPattern('cobranca.cancelar.v1')
  cancelarCobranca(@Payload() { data }: CloudEvent<'cobranca.cancelar.v1'>): Promise<void> {
    const { reservaId, parcela = 1 } = data;
    return this.commands.execute(new CancelarCobranca({ reservaId, parcela }));
  }

  @EventPattern('estorno.criar.v1')
  criarEstorno(@Payload() { id, data }: CloudEvent<'estorno.criar.v1'>): Promise<void> {
    const { parcela = 1, reservaId, valorCentavos, motivo } = data;
    return this.commands.execute(new CriarEstorno({ id, reservaId, parcela, valorCentavos, motivo }));
  }
}
